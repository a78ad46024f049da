import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import { encodeText } from '../bytes/text.ts';
import { parseResponseFlags } from '../model/response-flag.ts';
import type { FailureKernel } from './failure-kernel.ts';
import { hasFailed } from './failure-rule.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

const SEED_NAME = 1;

/** `name{reason|…}` without what follows the reason; other braces and brackets without their content. */
const DETAILS_KIND = /^([^{[(]*)(?:\{([a-z_]+)(?=[|,}]))?/;

/** What the program finds out about records that are alike in all that decides whether a request has failed. */
export interface Verdict {
  /** Under which the kernel knows it. */
  readonly number: number;
  readonly failed: boolean;
  /** Known and unknown flags, sorted. */
  readonly flags: readonly string[];
}

/** Judges each kind of record once; from then on the kernel counts such lines by itself. */
export class Verdicts {
  readonly #kernel: FailureKernel;
  /** By number. The last stands for any that the kernel does not remember, and is known for its own line only. */
  readonly #known: Verdict[] = [];

  constructor(kernel: FailureKernel) {
    this.#kernel = kernel;
  }

  /** The verdict on the line, which the kernel has open. */
  on(line: LineView, code: number): Verdict {
    const known = this.#known[this.#kernel.findVerdict(code)];
    if (known !== undefined) return known;
    const flags = parseResponseFlags(line.keptTextAt(slot.RESPONSE_FLAGS) ?? '');
    const details = line.keptTextAt(slot.DETAILS) ?? null;
    const failed = hasFailed({
      code,
      hasMethod: typeof line.textAt(slot.METHOD) === 'string',
      flags,
      details,
      terminationDetails: line.textAt(slot.TERMINATION_DETAILS) ?? null,
      grpcStatus: line.textAt(slot.GRPC_STATUS) ?? null,
    });
    const number = this.#kernel.addVerdict(hashFlags(flags), hashDetails(details), failed);
    const verdict = { number, failed, flags };
    this.#known[number] = verdict;
    return verdict;
  }

  /** Each verdict with the lines that the kernel counted by itself. */
  skimmed(): readonly (readonly [Verdict, number])[] {
    return this.#known.map((verdict) => [verdict, this.#kernel.skimmedOf(verdict.number)] as const);
  }
}

/** Flags may come in any order. */
function hashFlags(flags: readonly string[]): number {
  return flags.length === 0 ? 0 : hashText(flags.join(','));
}

/** Of what does not vary from line to line. */
function hashDetails(details: string | null): number {
  return details === null ? 0 : hashText(DETAILS_KIND.exec(details)?.[0] ?? '');
}

function hashText(text: string): number {
  const bytes = encodeText(text);
  const state: HashState = { a: 0, b: 0 };
  startHash(state, SEED_NAME);
  hashBytes(state, bytes, 0, bytes.length);
  finishHash(state);
  return keyOf(state) | 0;
}
