import { skipJsonBlanks, skipJsonValue } from '../../bytes/json.ts';
import { BRACE_OPEN, BRACKET_OPEN, COMMA, QUOTE } from '../../bytes/number.ts';
import { eachMember, openValue } from './json-text.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

/** No access line is shorter. */
const SHORTEST_LINE = 24;

/** JSON that no other wrapper knows: an object or array whose longest text or object is the line. */
export const jsonLongest: Wrapper = {
  id: 'json-longest',
  title: 'Other JSON with the line in its longest value; JSON strings',
  samples: [
    {
      wrapped: '{"a":1,"their_key":"a LINE of some twenty letters","b":"short"}',
      inside: 'a LINE of some twenty letters',
    },
    {
      wrapped: '["1795231987287209278","a LINE of some twenty letters"]',
      inside: 'a LINE of some twenty letters',
    },
    {
      wrapped: '"a LINE of some twenty letters, \\"quoted\\""',
      inside: 'a LINE of some twenty letters, "quoted"',
    },
    {
      wrapped:
        '[{"field":"@timestamp","value":"1"},{"field":"@message","value":"a LINE of some twenty letters"}]',
      inside: '{"field":"@message","value":"a LINE of some twenty letters"}',
    },
  ],
  unwrap: (line, inside) => {
    const { bytes, start, end } = line;
    const at = findLongest(line);
    return at >= 0 && at >= start && openValue(bytes, at, end, inside);
  },
};

/** Offset of the longest string, object or array in an object or array; of a string itself. */
function findLongest(line: Layer): number {
  const { bytes, start, end } = line;
  if (bytes[start] === QUOTE) {
    const behind = skipJsonValue(bytes, start, end);
    return behind > 0 && skipJsonBlanks(bytes, behind, end) === end ? start : -1;
  }
  let longest = -1;
  let length = SHORTEST_LINE;
  const weigh = (at: number, behind: number): void => {
    const isHolder = bytes[at] === QUOTE || bytes[at] === BRACE_OPEN;
    if (isHolder && behind - at > length) {
      longest = at;
      length = behind - at;
    }
  };
  if (bytes[start] === BRACE_OPEN) eachMember(line, (_from, _to, at, behind) => weigh(at, behind));
  else if (bytes[start] === BRACKET_OPEN) eachElement(line, weigh);
  return longest;
}

function eachElement({ bytes, start, end }: Layer, visit: (at: number, behind: number) => void): void {
  let at = skipJsonBlanks(bytes, start + 1, end);
  for (;;) {
    const behind = skipJsonValue(bytes, at, end);
    if (behind < 0) return;
    visit(at, behind);
    const next = skipJsonBlanks(bytes, behind, end);
    if (bytes[next] !== COMMA) return;
    at = skipJsonBlanks(bytes, next + 1, end);
  }
}
