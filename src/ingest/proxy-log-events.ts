import { decodeText } from '../bytes/text.ts';
import type { ProxyLogEvents, TimeSpan } from '../model/aggregate.ts';
import type { LogSource } from '../model/log-source.ts';
import { addUpEvents } from '../model/proxy-log-events.ts';
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
const MAX_TEXT_BYTES = 2048;
/** Lines that are kept one by one before they are added up: more than what adding up leaves. */
const MAX_SINGLE_LINES = 1024;

/** Where a line of the proxy stands. */
export interface ProxyLogPlace {
  readonly input: number;
  readonly line: number;
  /** Asked only for lines that are evidence. */
  readonly source: () => LogSource;
}

/** Collects notable lines of the proxy's own log. */
export class ProxyLogCollector {
  #events: ProxyLogEvents[] = [];

  /** Looks at one proxy log line. */
  add(bytes: Uint8Array, start: number, end: number, { input, line, source }: ProxyLogPlace): void {
    const text = decodeText(bytes, start, Math.min(end, start + MAX_TEXT_BYTES));
    const kind = KINDS.find(({ pattern }) => pattern.test(text))?.kind;
    if (kind === undefined) return;
    const samples = [{ input, line, text }];
    this.#events.push({ kind, source: source(), lines: 1, time: timeOf(text), samples });
    if (this.#events.length > MAX_SINGLE_LINES) this.#events = [...this.finish()];
  }

  finish(): readonly ProxyLogEvents[] {
    return addUpEvents(this.#events);
  }
}

/** Envoy prints its own log in UTC unless told otherwise. */
function timeOf(text: string): TimeSpan | null {
  const [, day, time] = TIME.exec(text) ?? [];
  const timeMs = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(timeMs) ? null : { first: timeMs, last: timeMs };
}
