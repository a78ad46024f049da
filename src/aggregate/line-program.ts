import type { LineProgram, ProgramMember, ProgramStep } from '../model/record-format.ts';

// The layout that wasm/text-line.ts and wasm/json-line.ts read, in bytes.
const STEP_BYTES = 32;
const MEMBER_BYTES = 16;
const SLOT_BYTES = 4;
const KINDS = ['word', 'integer', 'phrase'] as const;

/** Bytes of a program, and how many entries it has. */
export interface EncodedProgram {
  readonly bytes: Uint8Array;
  readonly entries: number;
  /** Offset of the required slots of a JSON program. */
  readonly requiredAt: number;
}

/** Writes a program as it is to stand in memory at the address `base`. */
export function encodeProgram(program: LineProgram, base: number): EncodedProgram {
  switch (program.kind) {
    case 'text':
      return encodeSteps(program.steps, base);
    case 'json':
      return encodeMembers(program.members, program.required, base);
    default:
      return program satisfies never;
  }
}

/** Collects byte strings behind a table and tells where each will stand. */
class TextPool {
  readonly bytes: number[] = [];
  readonly #base: number;

  constructor(base: number) {
    this.#base = base;
  }

  add(text: Uint8Array): number {
    const at = this.#base + this.bytes.length;
    this.bytes.push(...text);
    return at;
  }
}

function encodeSteps(steps: readonly ProgramStep[], base: number): EncodedProgram {
  const table = new DataView(new ArrayBuffer(steps.length * STEP_BYTES));
  const pool = new TextPool(base + table.byteLength);
  steps.forEach((step, i) => {
    const at = i * STEP_BYTES;
    const { before, after } = step;
    table.setInt32(at, KINDS.indexOf(step.kind), true);
    table.setInt32(at + 4, step.slot, true);
    table.setUint32(at + 8, pool.add(before), true);
    table.setUint32(at + 12, before.length, true);
    table.setUint32(at + 16, pool.add(after), true);
    table.setUint32(at + 20, after.length, true);
    table.setUint8(at + 24, after[0] ?? 0);
    table.setUint8(at + 25, before[before.length - 1] ?? 0);
    const marks = [step.stopsAtQuoteBlank, step.startsAtBlankQuote, step.isFlags, step.isNeverQuoted];
    marks.forEach((mark, n) => {
      table.setUint8(at + 26 + n, Number(mark));
    });
  });
  return { bytes: join(table, pool.bytes), entries: steps.length, requiredAt: 0 };
}

function encodeMembers(
  members: readonly ProgramMember[],
  required: readonly number[],
  base: number,
): EncodedProgram {
  const requiredAt = members.length * MEMBER_BYTES;
  const table = new DataView(new ArrayBuffer(requiredAt + required.length * SLOT_BYTES));
  const pool = new TextPool(base + table.byteLength);
  members.forEach(({ key, slot, isDefault }, i) => {
    const at = i * MEMBER_BYTES;
    const keyAt = pool.add(key);
    pool.add(QUOTE_BYTES);
    table.setUint32(at, keyAt, true);
    table.setUint32(at + 4, key.length + QUOTE_BYTES.length, true);
    table.setInt32(at + 8, slot, true);
    table.setUint8(at + 12, Number(isDefault));
  });
  required.forEach((slot, i) => {
    table.setInt32(requiredAt + i * SLOT_BYTES, slot, true);
  });
  return { bytes: join(table, pool.bytes), entries: members.length, requiredAt };
}

/** A key is compared together with the quote behind it. */
const QUOTE_BYTES = Uint8Array.of(0x22);

function join(table: DataView, texts: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(table.byteLength + texts.length);
  bytes.set(new Uint8Array(table.buffer), 0);
  bytes.set(texts, table.byteLength);
  return bytes;
}
