/** What wasm/kernel.ts exports. Places are addresses in its memory. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  allocate(size: number): number;
  release(at: number): void;
  openTables(
    scopes: number,
    endpoints: number,
    paths: number,
    callers: number,
    authorities: number,
    listeners: number,
    servers: number,
  ): void;
  setTextFormat(at: number, left: number, middle: number, count: number): void;
  setJsonFormat(at: number, count: number, requiredAt: number, requiredSlots: number): void;
  setWrappers(packed: number): void;
  onlyPrefix(): number;
  onlyPrefixLength(): number;
  /** Where the line at which `skim` stopped was written anew; 0 when it was not. */
  textAddress(): number;
  skim(
    start: number,
    end: number,
    isJson: boolean,
    countsFields: boolean,
    needsTime: boolean,
    ofOne: boolean,
    input: number,
    line: number,
  ): number;
  hasSpans(): number;
  skimmed(): number;
  skimmedOthers(): number;
  skimmedFailed(): number;
  skimmedWithoutTime(): number;
  skimmedFirst(): number;
  skimmedLast(): number;
  codesAddress(): number;
  coverageAddress(): number;
  spansAddress(): number;
  offsets(base: number): number;
  count(failed: boolean, timeMs: number, isJson: boolean): number;
  noteAnswer(timeMs: number): void;
  openHops(failing: number, healthy: number): void;
  collectHops(isWanted: boolean): void;
  addHealthyHop(code: number, timeMs: number, input: number, durationMs: number): void;
  hopBytes(): number;
  packHops(to: number): void;
  addHops(from: number, inputs: number): void;
  sortHops(table: number): number;
  writeHops(table: number, column: number, to: number): void;
  findVerdict(code: number): number;
  addVerdict(flagsHash: number, detailsHash: number, failed: boolean): number;
  skimmedOf(verdict: number): number;
  isClaimable(code: number): number;
  failureCapRules(): number;
  openFailures(maxRouted: number, maxUnrouted: number): void;
  setSource(key: number, text: number, length: number, pod: number, podLength: number): void;
  forgetSources(): void;
  nameSourceOfLine(): void;
  countOther(
    verdict: number,
    code: number,
    timeMs: number,
    durationMs: number,
    bytesSent: number,
    bytesReceived: number,
    input: number,
    isJson: boolean,
  ): number;
  wantsLine(group: number): number;
  keepLine(group: number, start: number, end: number, line: number, input: number): void;
  packFailures(): number;
  packedBytes(): number;
  addFailures(image: number, inputs: number, lines: number): void;
  connectionHashes(): number;
  connectionTimes(): number;
  trafficBytes(): number;
  packTraffic(to: number): void;
  addTraffic(from: number): void;
  sortTable(table: number): number;
  writeKeys(table: number, to: number): void;
  writeScopeKeys(table: number, to: number): void;
  writeColumn(table: number, column: number, to: number): void;
  textBytes(table: number): number;
  writeTexts(table: number, to: number, ends: number): void;
  scopeAt(table: number, row: number): number;
  scopeLengthAt(table: number, row: number): number;
  isJsonAt(table: number, row: number): boolean;
  healthyTotal(table: number): number;
  failedTotal(table: number): number;
}

const FUNCTIONS: readonly (keyof KernelExports)[] = [
  'allocate',
  'release',
  'openTables',
  'setTextFormat',
  'setJsonFormat',
  'setWrappers',
  'onlyPrefix',
  'onlyPrefixLength',
  'textAddress',
  'skim',
  'hasSpans',
  'skimmed',
  'skimmedOthers',
  'skimmedFailed',
  'skimmedWithoutTime',
  'skimmedFirst',
  'skimmedLast',
  'codesAddress',
  'coverageAddress',
  'spansAddress',
  'offsets',
  'count',
  'noteAnswer',
  'openHops',
  'collectHops',
  'addHealthyHop',
  'hopBytes',
  'packHops',
  'addHops',
  'sortHops',
  'writeHops',
  'findVerdict',
  'addVerdict',
  'skimmedOf',
  'isClaimable',
  'failureCapRules',
  'openFailures',
  'setSource',
  'forgetSources',
  'nameSourceOfLine',
  'countOther',
  'wantsLine',
  'keepLine',
  'packFailures',
  'packedBytes',
  'addFailures',
  'connectionHashes',
  'connectionTimes',
  'trafficBytes',
  'packTraffic',
  'addTraffic',
  'sortTable',
  'writeKeys',
  'writeScopeKeys',
  'writeColumn',
  'textBytes',
  'writeTexts',
  'scopeAt',
  'scopeLengthAt',
  'isJsonAt',
  'healthyTotal',
  'failedTotal',
];

/** Starts a kernel of its own memory. */
export function openKernel(module: WebAssembly.Module): KernelExports {
  // Called when memory runs out, the only way in which the kernel can fail.
  const abort = (): never => {
    throw new Error('the counting kernel ran out of memory');
  };
  const { exports } = new WebAssembly.Instance(module, { env: { abort } });
  if (!isKernel(exports)) throw new Error('the counting kernel was built from another version');
  return exports;
}

function isKernel(
  exports: Readonly<Record<string, unknown>>,
): exports is Readonly<Record<string, unknown>> & KernelExports {
  return (
    exports['memory'] instanceof WebAssembly.Memory &&
    FUNCTIONS.every((name) => typeof exports[name] === 'function')
  );
}
