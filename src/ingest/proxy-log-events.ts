import { decodeText } from '../bytes/text.ts';
import type { LineSample, ProxyLogEvents, TimeSpan } from '../model/aggregate.ts';
import type { ProxyLogKind } from '../model/proxy-log-kind.ts';

/**
 * Lines of the proxy itself that are evidence, by kind. Wordings: istio-proxy and Envoy, 2017 to 1.40; the first that
 * matches names the line. Lines of no kind are counted and otherwise ignored.
 */
const KINDS: readonly { readonly kind: ProxyLogKind; readonly pattern: RegExp }[] = [
  { kind: 'fileDescriptors', pattern: /Too many open files|assert failure: (?:fd_ != -1|.*isOpen\(\))/ },
  {
    kind: 'configRejected',
    pattern:
      /gRPC config for \S+ rejected|Error adding\/updating (?:listener|cluster)|rejected (?:config|update)/i,
  },
  { kind: 'configFetchTimeout', pattern: /initial fetch timed out/ },
  {
    kind: 'controlPlaneLost',
    pattern:
      /config stream (?:to \S+ )?closed(?: since [^:]*)?: (?:14|16|7|4)\b|(?:failed to connect|connection refused).*(?:istiod|xds)/i,
  },
  {
    kind: 'certificateFailed',
    pattern: /failed to warm certificate|failed to sign|certificate (?:has )?expired|CreateCertificate/i,
  },
  { kind: 'crash', pattern: /Caught (?:Segmentation fault|Aborted)|suspect faulting address|\[backtrace\]/ },
  {
    kind: 'drain',
    pattern: /caught ENVOY_SIGTERM|Agent draining|Graceful termination|shutting down|draining listener/i,
  },
  {
    kind: 'configReceived',
    pattern: /\b[cr]ds: (?:add|remov)|\blds: (?:add\/update|removing) listener|\b[CLRES]DS: PUSH\b/,
  },
  { kind: 'notReady', pattern: /proxy is NOT ready/ },
  {
    kind: 'started',
    pattern: /Envoy proxy is ready|starting main dispatch loop|all dependencies initialized/,
  },
];

const TIME = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)/;
const MAX_SAMPLES = 3;
const MAX_TEXT_BYTES = 2048;

interface Events {
  lines: number;
  first: number;
  last: number;
  readonly samples: LineSample[];
}

/** Collects notable lines of the proxy's own log. */
export class ProxyLogCollector {
  readonly #events = new Map<ProxyLogKind, Events>();

  /** Looks at one proxy log line; `input` and `line` say where it stands. */
  add(bytes: Uint8Array, start: number, end: number, input: number, line: number): void {
    const text = decodeText(bytes, start, Math.min(end, start + MAX_TEXT_BYTES));
    const kind = KINDS.find(({ pattern }) => pattern.test(text))?.kind;
    if (kind === undefined) return;
    const events = this.#events.get(kind) ?? {
      lines: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      samples: [],
    };
    this.#events.set(kind, events);
    events.lines++;
    const timeMs = timeOf(text);
    events.first = Math.min(events.first, timeMs ?? Number.POSITIVE_INFINITY);
    events.last = Math.max(events.last, timeMs ?? Number.NEGATIVE_INFINITY);
    if (events.samples.length < MAX_SAMPLES) events.samples.push({ input, line, text });
  }

  finish(): readonly ProxyLogEvents[] {
    return [...this.#events]
      .map(([kind, events]) => ({ kind, lines: events.lines, time: toSpan(events), samples: events.samples }))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }
}

function toSpan({ first, last }: Events): TimeSpan | null {
  return Number.isFinite(first) && Number.isFinite(last) ? { first, last } : null;
}

/** Envoy prints its own log in UTC unless told otherwise. */
function timeOf(text: string): number | null {
  const [, day, time] = TIME.exec(text) ?? [];
  const timeMs = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(timeMs) ? null : timeMs;
}
