import { each, LINES, ofEachLine, type Paste, RECORDS, whole } from './paste.ts';

/** What is done to each line. */
const DISGUISES: Readonly<Record<string, (line: string, i: number) => string>> = {
  'with typographic quotes': (line) => line.replaceAll(/"([^"]*)"/g, '“$1”'),
  'with German quotes': (line) => line.replaceAll(/"([^"]*)"/g, '„$1“'),
  'with French quotes': (line) => line.replaceAll(/"([^"]*)"/g, '«$1»'),
  'with quotes doubled by two apostrophes': (line) => line.replaceAll('"', "''"),
  'with typographic quotes and dashes': (line) =>
    line.replaceAll(/"([^"]*)"/g, '”$1”').replaceAll(/ - /g, ' – '),
  'with HTML entities': (line) => line.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
  'with entities twice': (line) => line.replaceAll('&', '&amp;amp;').replaceAll('"', '&amp;quot;'),
  'with entities of typographic quotes': (line) => line.replaceAll(/"([^"]*)"/g, '&ldquo;$1&rdquo;'),
  'with non-breaking spaces': (line) => line.replaceAll(' ', '\u00a0'),
  'with narrow spaces': (line) => line.replaceAll(' ', '\u202f'),
  'with &nbsp;': (line) => line.replaceAll('"', '&quot;').replaceAll(' ', '&nbsp;'),
  'with zero-width spaces': (line) => line.replaceAll(' "', ' \u200b"').replace('[', '\u200b['),
  'with a byte order mark before each line': (line) => `\ufeff${line}`,
  'with tabs for blanks': (line) => line.replaceAll(' ', '\t'),
  'with tabs between fields': (line) => line.replaceAll(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/g, '\t'),
  'with several blanks': (line) => line.replaceAll(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/g, '   '),
  'with blanks at the end': (line) => `${line}   `,
};

/** With other characters for those of the log. */
export const DISGUISED: readonly Paste[] = [
  ...ofEachLine(DISGUISES),
  whole('with CRLF', `${LINES.join('\r\n')}\r\n`),
  whole(
    'with percent signs escaped',
    each((line) => line.replaceAll('|', '%7C')),
    RECORDS.map((values) =>
      values.upstreamCluster == null
        ? values
        : { ...values, upstreamCluster: 'outbound%7C8080%7Cv2%7Corders.shop.svc.cluster.local' },
    ),
  ),
];
