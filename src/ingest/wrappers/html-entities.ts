import { encodeText, matchesAt } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

const AMPERSAND = 0x26;
/** What a page makes of the characters of a line; `&amp;` alone stands in paths too, but not before another. */
const ENTITIES = [
  ['&quot;', '"'],
  ['&#34;', '"'],
  ['&#x22;', '"'],
  ['&#39;', "'"],
  ['&#x27;', "'"],
  ['&apos;', "'"],
  ['&ldquo;', '"'],
  ['&rdquo;', '"'],
  ['&bdquo;', '"'],
  ['&laquo;', '"'],
  ['&raquo;', '"'],
  ['&#8220;', '"'],
  ['&#8221;', '"'],
  ['&ndash;', '-'],
  ['&vert;', '|'],
  ['&#124;', '|'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&nbsp;', ' '],
  ['&#160;', ' '],
  ['&#x2F;', '/'],
  ['&#x3D;', '='],
  ['&amp;', '&'],
].map(([entity = '', text = '']) => [encodeText(entity), text.charCodeAt(0)] as const);
const TELLING = [
  ...ENTITIES.slice(0, -1).map(([entity]) => entity),
  ...['&amp;quot;', '&amp;amp;', '&amp;#'].map(encodeText),
];

/** A line copied from the source of a page. */
export const htmlEntities: Wrapper = {
  id: 'html-entities',
  title: 'HTML entities for quotes and other characters',
  isOfOne: true,
  samples: [
    { wrapped: '[2026] &quot;GET /a?b&amp;c&quot; &lt;LINE&gt;', inside: '[2026] "GET /a?b&c" <LINE>' },
    { wrapped: '{&#34;LINE&#34;:1}', inside: '{"LINE":1}' },
    { wrapped: '&ldquo;GET /a?b&amp;amp;c&rdquo; LINE', inside: '"GET /a?b&amp;c" LINE' },
  ],
  unwrap: (line, inside) => {
    const { bytes, start, end } = line;
    if (!hasEntity(line)) return false;
    const target = inside.reserve(end - start);
    let length = 0;
    for (let at = start; at < end; ) {
      const entity =
        bytes[at] === AMPERSAND ? ENTITIES.find(([text]) => matchesAt(bytes, at, end, text)) : undefined;
      target[length++] = entity?.[1] ?? bytes[at] ?? 0;
      at += entity?.[0].length ?? 1;
    }
    inside.setWritten(length);
    return true;
  },
};

function hasEntity({ bytes, start, end }: Layer): boolean {
  for (let at = start; at < end; at++)
    if (bytes[at] === AMPERSAND && TELLING.some((entity) => matchesAt(bytes, at, end, entity))) return true;
  return false;
}
