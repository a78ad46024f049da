import type { InputSummary } from '../model/aggregate.ts';
import { FIELD_OPERATORS } from '../model/field.ts';
import type { KeySource, RecordFormat } from '../model/record-format.ts';

const MAX_KEYS = 40;
const MAX_KEY_LENGTH = 64;

/** One sentence for each format that had to find out which key is which field, where a record of it was read. */
export function describeKeySources(
  formats: readonly RecordFormat[],
  inputs: readonly InputSummary[],
): readonly string[] {
  return formats.flatMap(({ id, parser }) => {
    const sources = parser.keySources?.() ?? [];
    if (sources.length === 0 || !inputs.some((input) => (input.formats[id] ?? 0) > 0)) return [];
    const ways = [
      describe('by name', sources, 'name'),
      describe('by the look of their values', sources, 'value'),
    ];
    return [
      `JSON keys were taken ${ways.filter((way) => way !== null).join('; ')}. If one is wrong, give the json_format of the proxy with --format.`,
    ];
  });
}

function describe(how: string, sources: readonly KeySource[], by: KeySource['by']): string | null {
  const taken = sources.filter((source) => source.by === by);
  if (taken.length === 0) return null;
  const shown = taken
    .slice(0, MAX_KEYS)
    .map(({ key, field }) => `${shorten(key)} as ${FIELD_OPERATORS[field]}`);
  const rest = taken.length - shown.length;
  return `${how}: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function shorten(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : `${key.slice(0, MAX_KEY_LENGTH)}…`;
}
