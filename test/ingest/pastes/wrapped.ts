import {
  JSON_LINE,
  LINES,
  lineOf,
  OLD,
  OLDEST,
  type Paste,
  REFUSED,
  whole,
  wrapAll,
  wrapHard,
  wrapTrimmed,
  wrapWords,
} from './paste.ts';

const WIDTHS = [72, 76, 78, 80, 100, 120, 132, 203];

/** Broken over lines. */
export const WRAPPED: readonly Paste[] = [
  ...WIDTHS.map((width) => whole(`cut at column ${width}`, wrapAll(wrapHard, width))),
  ...WIDTHS.map((width) => whole(`cut at column ${width}, blanks dropped`, wrapAll(wrapTrimmed, width))),
  ...WIDTHS.map((width) => whole(`wrapped at blanks before column ${width}`, wrapAll(wrapWords, width))),
  ...[72, 100].map((width) => whole(`wrapped at ${width} and quoted`, wrapAll(wrapWords, width, '> '))),
  ...[72, 100].map((width) => whole(`cut at ${width} and quoted twice`, wrapAll(wrapHard, width, '> > '))),
  ...[80, 120].map((width) => whole(`wrapped at ${width} and indented`, wrapAll(wrapWords, width, '    '))),
  whole(
    'wrapped, with a blank line between records',
    LINES.map((line) => wrapWords(line, 80).join('\n')).join('\n\n'),
  ),
  whole('wrapped, JSON, cut at column 80', wrapHard(JSON_LINE, 80).join('\n'), [REFUSED]),
  whole('wrapped, JSON, cut at column 72', wrapHard(JSON_LINE, 72).join('\n'), [REFUSED]),
  whole(
    'wrapped, of an older Istio, cut at column 80',
    wrapHard(lineOf(OLD, 'istio-text-1.3'), 80).join('\n'),
    [OLD],
  ),
  whole('wrapped, of Envoy, cut at column 80', wrapHard(lineOf(OLDEST, 'envoy-default'), 80).join('\n'), [
    OLDEST,
  ]),
  whole(
    'wrapped behind the prefix of kubectl, cut at column 120',
    LINES.flatMap((line) => wrapHard(`[pod/orders-5f7f9-8471/istio-proxy] ${line}`, 120)).join('\n'),
  ),
  whole('wrapped, with prose around it', `We see this:\n${wrapAll(wrapWords, 80)}\nAny idea?`),
];
