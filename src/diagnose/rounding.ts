/** ISO time of milliseconds since the epoch. */
export function toIso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Three decimals: enough for every reader, and the same on every machine. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** What binary fractions lose below three decimals. */
const BINARY_SLACK = 1e-6;

/** The same, downwards: parts of a whole still sum to at most 1, and nearly certain is not printed as certain. */
export function roundShare(share: number): number {
  return Math.floor(share * 1000 + BINARY_SLACK) / 1000;
}
