import { expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderNdjson } from '../../src/report/ndjson.ts';
import { renderOpenMetrics } from '../../src/report/openmetrics.ts';
import { PLAIN_PAINT } from '../../src/report/paint.ts';
import { renderMarkdown } from '../../src/report/report-markdown.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { renderText } from '../../src/report/text.ts';
import { analyseText } from '../support/analyse.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
const HOSTILE = [
  '\u001b]0;title\u0007\u001b[31mred',
  '\u009b31m',
  'a\u0000b',
  'safe\u202egnp.exe\u2066',
  '__proto__',
  'constructor',
  MARKUP,
  '</script><script>alert(1)</script>',
  '| a | `code` | [x](javascript:alert(1)) |',
  '"} 1\nfaultline_findings 7',
  '{{cluster}} {pod} %s %n',
  '\r# HELP x',
];
/** Marks that turn the direction of writing. */
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const LAST_C0 = 0x1f;
const DELETE = 0x7f;
const LAST_C1 = 0x9f;

/** Controls of a terminal but for line ends and tabs, and marks of direction. */
function unseenIn(text: string): readonly string[] {
  return [...new Set(text)].filter((char) => {
    const code = char.codePointAt(0) ?? 0;
    const isControl = code <= LAST_C0 || (code >= DELETE && code <= LAST_C1);
    return (isControl && char !== '\n' && char !== '\t') || BIDI.test(char);
  });
}

/** The same text in every field that a client or a configuration writes. */
function hostileLog(text: string): string {
  const value = text.replace(/[\r\n]/g, ' ');
  const name = value.replaceAll(' ', '');
  const line = (second: string) =>
    `[2026-11-21T03:33:0${second}.287Z] "GET /${name} HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_refused} - "${name}" 0 91 0 - "${value}" "${value}" "${name}" "${name}" "10.0.0.1:80" outbound|80||${name}.svc.cluster.local - 10.0.0.2:80 10.0.0.3:1234 ${name} ${name}\n`;
  return `${line('1')}${line('2')}${text}\n`;
}

test.for(HOSTILE.map((text) => [text] as const))('no output is led astray by %j', async ([text]) => {
  const report = await analyseText(hostileLog(text));
  const looks = { width: 100, paint: PLAIN_PAINT, verbose: true };
  const outputs = {
    text: renderText(report, looks),
    json: renderJson(report),
    ndjson: renderNdjson(report),
    sarif: renderSarif(report),
    openmetrics: renderOpenMetrics(report),
    markdown: renderMarkdown(report),
    html: renderHtml(report),
  };
  expect(report.requests.failed).toBe(2);
  for (const output of Object.values(outputs)) expect(unseenIn(output)).toEqual([]);
  expect(outputs.html).not.toContain(MARKUP);
  expect(outputs.html.match(/<script/g)?.length).toBe(outputs.html.match(/<\/script>/g)?.length);
  expect(outputs.html).not.toContain('<script>alert');
  expect(outputs.openmetrics).not.toMatch(/^faultline_findings 7$/m);
  expect(JSON.parse(outputs.json)).toMatchObject({ requests: { failed: 2 } });
  expect(Object.getPrototypeOf({})).not.toHaveProperty('svc');
});
