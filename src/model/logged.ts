/**
 * A value as a log line gives it: `undefined` when the format has no such operator, `null` when Envoy printed
 * that there is none (`-`, JSON `null`). The two are different facts: only the first is a blind spot.
 */
export type Logged<T> = T | null | undefined;
