/** Themes of behaviours, in the order in which a request and its log line meet them. */
export const THEMES = [
  'listeners',
  'routing',
  'policy',
  'endpoints',
  'limits',
  'connecting',
  'tls',
  'reuse',
  'http',
  'timeouts',
  'retries',
  'replies',
  'mesh',
  'kubernetes',
  'logging',
  'chance',
] as const;
export type Theme = (typeof THEMES)[number];

/** A page, a file or a thread that says so. */
export interface Source {
  readonly title: string;
  readonly url: string;
}

/**
 * What Envoy, Istio, Kubernetes, TCP or TLS does that gives a claim its meaning, and how that is known: documented,
 * observed, or reasoned from either. When one of them changes, these are the sentences to read again.
 */
export interface Behaviour {
  readonly theme: Theme;
  /** What the files of the diagnoses call it: `limits.overflow`. */
  readonly name: string;
  /** One or two plain sentences. */
  readonly text: string;
  /** Who says so. */
  readonly documented: readonly Source[];
  /** Which version was run or read, and what was done to it. */
  readonly observed: string | null;
  /** What the sentence follows from, where nobody says it and nobody made it happen. */
  readonly reasoned: string | null;
}
