import { chooseFormats } from '../parsers/index.ts';
import { decodeText, encodeText } from './bytes/text.ts';
import type { Field } from './model/field.ts';
import { createSpans, FIELDS } from './model/field.ts';
import type { RecordFormat } from './model/record-format.ts';
import type { FieldSpan } from './model/redaction.ts';

/** The fields of a line as `spans` has them, in the order of the line, as offsets into its text. */
function toFieldSpans(bytes: Uint8Array, spans: Int32Array): readonly FieldSpan<Field>[] {
  const found = FIELDS.flatMap((field, i) => {
    const [start = -1, end = -1] = [spans[2 * i], spans[2 * i + 1]];
    return start < 0 || end <= start ? [] : [{ field, start, end }];
  }).sort((a, b) => a.start - b.start);
  let reached = 0;
  return found.flatMap(({ field, start, end }) => {
    // Two keys may name one value; the first has it.
    if (start < reached) return [];
    reached = end;
    const before = decodeText(bytes, 0, start).length;
    return [{ field, start: before, end: before + decodeText(bytes, start, end).length }];
  });
}

/**
 * A reader of the fields of one line after the other, whatever their format; null for a line that has none.
 * `given` is what `--format` gave.
 */
export function createFieldReader(
  given: readonly string[] | null,
): (line: string) => readonly FieldSpan<Field>[] | null {
  const { formats, lenient } = chooseFormats(given);
  const all: readonly RecordFormat[] = lenient === null ? formats : [...formats, lenient];
  const spans = createSpans();
  return (line) => {
    const bytes = encodeText(line);
    const format = all.find(({ parser }) => parser.parse(bytes, 0, bytes.length, spans, true) === 'parsed');
    return format === undefined ? null : toFieldSpans(bytes, spans);
  };
}
