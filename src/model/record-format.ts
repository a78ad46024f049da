import type { Field } from './field.ts';
import type { RequestRecord } from './request-record.ts';

/** Why a line is not a record of a format. Each becomes a row of the report. */
export const PARSE_FAILURES = [
  'NOT_THIS_FORMAT',
  'FIELD_COUNT',
  'BAD_NUMBER',
  'BAD_LITERAL',
  'BAD_JSON',
] as const;
export type ParseFailure = (typeof PARSE_FAILURES)[number];

/** Outcome of one line: a constant, so that the hot path makes no object. */
export type ParseOutcome = 'parsed' | ParseFailure;

/** One operator of a text format, as plain data: where its value goes, how it ends, and the literals on both sides. */
export interface ProgramStep {
  /** Place in the span table, or -1 when nobody reads it. */
  readonly slot: number;
  readonly kind: 'word' | 'integer' | 'phrase';
  readonly isFlags: boolean;
  /** A quote at its begin shows the line to be of another format. */
  readonly isNeverQuoted: boolean;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly stopsAtQuoteBlank: boolean;
  readonly startsAtBlankQuote: boolean;
}

/** One member of a JSON object, at its place in the line. */
export interface ProgramMember {
  readonly key: Uint8Array;
  readonly slot: number;
  readonly isDefault: boolean;
}

/**
 * A format as plain data, by which plainly healthy lines are read without a parser. In a text format `left` steps are
 * read from the left, the last ones from the right, and the `middle` ones between are headers that nobody reads.
 */
export type LineProgram =
  | {
      readonly kind: 'text';
      readonly left: number;
      readonly middle: number;
      readonly steps: readonly ProgramStep[];
    }
  | {
      readonly kind: 'json';
      readonly members: readonly ProgramMember[];
      /** Slots that a record has to have. */
      readonly required: readonly number[];
    };

/**
 * Reads one line into spans. Pure, synchronous, never throws; may write spans of a line that it then rejects.
 * `wanted` parses skip the free text in the middle of a line and leave its spans as not in the format.
 */
export interface LineParser {
  /** The fields that this format logs. */
  readonly fields: ReadonlySet<Field>;
  /** How values are escaped in the line. */
  readonly encoding: 'text' | 'json';
  /** The format as plain data; null where it cannot be said so. Another object as soon as it has changed. */
  readonly program: LineProgram | null;
  /** Parses `bytes[start, end)`; `full` also fills the spans of free text that no rule reads. */
  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, full: boolean): ParseOutcome;
  /** Where fields were looked for: the keys that became one, so that the report can say so. */
  keySources?(): readonly KeySource[];
}

/** A key of a log that became a field, and what said so. */
export interface KeySource {
  readonly key: string;
  readonly field: Field;
  readonly by: 'name' | 'value';
}

/** A line of a format and the fields that must come out of it. */
export interface FormatSample {
  readonly line: string;
  readonly expect: Partial<RequestRecord>;
}

/** A format of the registry: what `list formats` shows and detection tries. */
export interface RecordFormat {
  readonly id: string;
  readonly title: string;
  /** Versions that print it by default, in words. */
  readonly versions: string;
  /** What the layout or wording alone proves about the version; shown as `era`. */
  readonly era: string | null;
  readonly parser: LineParser;
  readonly samples: readonly FormatSample[];
  /** Finds values anywhere in a line, so that it would take a wrapped line for its own: tried when nothing else fits. */
  readonly isGeneral?: boolean;
  /** Guesses what keys stand for: asked last, when neither the line nor what it wraps is of another format. */
  readonly isGuessed?: boolean;
}

/** The formats that lines are tried with. */
export interface FormatChoice {
  /** In order: the more specific first. */
  readonly formats: readonly RecordFormat[];
  /** For lines that no format takes: pasted, trimmed, wrapped. Null when the user named the format. */
  readonly lenient: RecordFormat | null;
  /** For lines that would be refused: shortened to little more than code and flags. Null when the user named the format. */
  readonly fragment: RecordFormat | null;
  /** Says whether a line begins like a record, so that it counts as failed and not as unrecognised. */
  readonly looksLikeRecord: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** The user's format writes the day before the month, both as numbers. */
  readonly isDayFirst: boolean;
}
