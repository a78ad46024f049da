import { unescapeJson } from '../../bytes/json.ts';
import { BACKSLASH, BRACE_OPEN, QUOTE } from '../../bytes/number.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

/** What was cut out of a JSON string or a shell command: every quote of it is escaped. */
export const escapedQuotes: Wrapper = {
  id: 'escaped-quotes',
  title: 'A backslash before every quote',
  isOfOne: true,
  samples: [
    { wrapped: '[2026] \\"GET /a\\\\b\\" LINE', inside: '[2026] "GET /a\\b" LINE' },
    { wrapped: '{\\"LINE\\":1}', inside: '{"LINE":1}' },
  ],
  unwrap: (line, inside) => {
    if (!areQuotesEscaped(line)) return false;
    const { bytes, start, end } = line;
    inside.setWritten(unescapeJson(bytes, start, end, inside.reserve(end - start)));
    return true;
  },
};

function areQuotesEscaped({ bytes, start, end }: Layer): boolean {
  let quotes = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return false;
    if (byte !== BACKSLASH) continue;
    at++;
    if (bytes[at] === QUOTE && at < end) quotes++;
    // JSON with its own quotes bare ends the search above at once.
    else if (quotes === 0 && bytes[start] === BRACE_OPEN) return false;
  }
  return quotes > 1;
}
