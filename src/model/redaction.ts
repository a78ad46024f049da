/** What is taken out of every report that leaves the terminal, unless `--no-redact` is given. */
export const DEFAULT_REDACTIONS = ['query', 'token', 'email', 'client', 'user-agent'] as const;

/** What `--redact` takes out besides. */
export const MORE_REDACTIONS = ['address', 'host', 'path', 'request-id'] as const;

export type RedactionRule = (typeof DEFAULT_REDACTIONS)[number] | (typeof MORE_REDACTIONS)[number];

/** What to take out of a report. */
export interface Redaction {
  readonly rules: ReadonlySet<RedactionRule>;
  /** Patterns of the user, each with the flag `g`. */
  readonly patterns: readonly RegExp[];
}

/** The default. */
export const DEFAULT_REDACTION: Redaction = { rules: new Set(DEFAULT_REDACTIONS), patterns: [] };

/** A field of a log line; `start` and `end` are offsets into its text. */
export interface FieldSpan<F extends string = string> {
  readonly field: F;
  readonly start: number;
  readonly end: number;
}
