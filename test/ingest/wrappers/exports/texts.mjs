// What people make of a log: pages, tickets, tables, files of other kinds and encodings.
import { byLine, cell, html, isJson, iso, json, POD, parsed, stamp, text, yamlSingle } from '../wrapping.mjs';

/** @type {Record<string, import('../wrapping.mjs').LineWrapping>} */
const LINES = {
  'ndjson-with-commas': (line, i) => `${json({ time: iso(i), message: line })},`,
  'python-repr': (line, i) =>
    `{'time': '${iso(i)}', 'message': '${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'}`,
  'html-divs': (line, i) =>
    `<div class="log-line" id="L${i}"><span class="ts">${iso(i)}</span> ${html(line)}</div>`,
  'html-rows': (line, i) => `<tr><td>${iso(i)}</td><td>${html(line)}</td></tr>`,
  'xml-events': (line, i) => `<event><time>${iso(i)}</time><msg>${html(line)}</msg></event>`,
  'markdown-table': (line, i) => `| ${iso(i)} | \`${line}\` |`,
  'slack-inline-code': (line) => `\`${line}\``,
  'list-dash': (line) => `- ${line}`,
  'yaml-list': (line) => `- ${yamlSingle(line)}`,
  'yaml-list-double': (line) => `- ${json(line)}`,
  'yaml-messages': (line, i) => `- timestamp: "${iso(i)}"\n  message: ${yamlSingle(line)}`,
  'sql-values': (line, i) => `(${i},'${iso(i)}','${line.replaceAll("'", "''")}'),`,
  'quoted-lines': (line) => cell(line),
  'tabs-between': (line) => (isJson(line) ? line : line.replaceAll(' ', '\t')),
};

/** @type {Record<string, import('../wrapping.mjs').Wrapping>} */
const DOCUMENTS = {
  'excel-csv': (lines) =>
    `\ufeffZeit;Meldung;Pod\r\n${lines.map((line, i) => `21.11.2026 03:33:07,${String(i % 1000).padStart(3, '0')};${cell(line)};${POD}\r\n`).join('')}`,
  'har-like': (lines) =>
    JSON.stringify(
      {
        log: {
          version: '1.2',
          creator: { name: 'x', version: '1' },
          entries: lines.map((line, i) => ({ startedDateTime: iso(i), time: 3, comment: line })),
        },
      },
      null,
      2,
    ),
  'slack-paste': (lines) =>
    lines
      .map((line, i) =>
        i % 6 === 0
          ? `Jane Doe  3:${String(33 + (i % 20)).padStart(2, '0')} AM\n${line}\n`
          : i % 6 === 3
            ? `\nok, and then\n${line}\n`
            : `${line}\n`,
      )
      .join(''),
  'teams-paste': (lines) =>
    lines.map((line, i) => (i % 8 === 0 ? `[03:33] Jane Doe\n${line}\n` : `${line}\n`)).join(''),
  'jira-panel': (lines) =>
    `h2. Log\n{panel:title=istio-proxy|borderStyle=dashed}\n{noformat}\n${text(lines)}{noformat}\n{panel}\n`,
  'quoted-printable': (lines) =>
    `Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(text(lines))}`,
  'utf16le-crlf': (lines) =>
    Buffer.from(
      `\ufeff${lines.map((line, i) => `[pod/${POD}/istio-proxy] ${stamp(i)} ${line}\r\n`).join('')}`,
      'utf16le',
    ),
  utf16be: (lines) => Buffer.from(`\ufeff${text(lines)}`, 'utf16le').swap16(),
  'utf16le-without-mark': (lines) => Buffer.from(text(lines), 'utf16le'),
  'utf16le-json-array': (lines) =>
    Buffer.from(
      `\ufeff${JSON.stringify(
        lines.map((line, i) => ({ timestamp: iso(i), message: line })),
        null,
        2,
      )}`,
      'utf16le',
    ),
  'json-array-cut': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({ timestamp: iso(i), message: line })),
      null,
      2,
    ).slice(0, -3),
  'json-array-trailing-comma': (lines) =>
    `[\n${lines.map((line, i) => `  ${json({ timestamp: iso(i), message: line })},`).join('\n')}\n]\n`,
  'json-by-mark': (lines) => `\ufeff${json(lines.map((line, i) => ({ timestamp: iso(i), message: line })))}`,
  'json-seq': (lines) =>
    lines.map((line, i) => `\u001e${json({ timestamp: iso(i), message: line })}\n`).join(''),
  'yaml-block': (lines) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: access-log\ndata:\n  access.log: |\n${lines.map((line) => `    ${line}\n`).join('')}`,
  'html-pre': (lines) =>
    `<!DOCTYPE html>\n<html><head><title>log</title></head><body>\n<pre>\n${lines.map((line) => `${html(line)}\n`).join('')}</pre>\n</body></html>\n`,
  'mail-forward': (lines) =>
    `From: x@example.com\nSubject: 503s\n\n---------- Forwarded message ---------\n${lines.map((line) => `> > ${line}\n`).join('')}`,
  crlf: (lines) => lines.map((line) => `${line}\r\n`).join(''),
  'blank-between': (lines) => lines.map((line) => `${line}\n\n`).join(''),
  'jq-slurped-lines': (lines) =>
    JSON.stringify(
      lines.map((line) => parsed(line)),
      null,
      2,
    ),
};

function toBytes(/** @type {string} */ character) {
  const bytes = [...Buffer.from(character)];
  return bytes.map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** RFC 2045: no line over 76 characters, and no escape cut in two. */
function quotedPrintable(/** @type {string} */ body) {
  return body
    .replaceAll(/[^\x20-\x3c\x3e-\x7e\t\n]/g, toBytes)
    .replaceAll(/(?:=[0-9A-F]{2}|[^\n=]){1,25}(?=[^\n])/g, '$&=\n');
}

export const TEXTS = { ...byLine(LINES), ...DOCUMENTS };
