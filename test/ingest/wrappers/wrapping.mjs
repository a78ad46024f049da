// What the wrappings have in common: times and names that tools add to lines, and the forms of their texts.

/** Turns lines into the text (or bytes) of a file as it reaches us. @typedef {(lines: readonly string[]) => string | Buffer} Wrapping */
/** What stands in place of one line. @typedef {(line: string, i: number) => string} LineWrapping */

export const POD = 'reviews-v1-545db77b95-2ps7q';
/** One millisecond later per line. */
export const START = Date.UTC(2026, 10, 21, 3, 33, 7);

export const iso = (/** @type {number} */ i) => new Date(START + i).toISOString();
/** RFC 3339 with nanoseconds. */
export const stamp = (/** @type {number} */ i, zone = 'Z') => `${iso(i).slice(0, -1)}209278${zone}`;
/** ISO 8601 with a blank, and without a zone. */
export const spaced = (/** @type {number} */ i) => iso(i).replace('T', ' ').slice(0, -1);
export const nanos = (/** @type {number} */ i) => `${START + i}000000`;

export const text = (/** @type {readonly string[]} */ lines) => `${lines.join('\n')}\n`;
export const json = (/** @type {unknown} */ value) => JSON.stringify(value);
export const isJson = (/** @type {string} */ line) => line.startsWith('{');
/** The line as an object if it is one, else as a text. */
export const parsed = (/** @type {string} */ line) => (isJson(line) ? JSON.parse(line) : line);
/** A cell of a CSV. */
export const cell = (/** @type {string} */ value) => `"${value.replaceAll('"', '""')}"`;
/** The line in the source of a page. */
export const html = (/** @type {string} */ line) =>
  line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
export const yamlSingle = (/** @type {string} */ line) => `'${line.replaceAll("'", "''")}'`;

export const each = (/** @type {LineWrapping} */ wrap) => (/** @type {readonly string[]} */ lines) =>
  text(lines.map(wrap));
/** A header, and a row for each line. */
export const under =
  (/** @type {string} */ header, /** @type {LineWrapping} */ row) =>
  (/** @type {readonly string[]} */ lines) =>
    text([header, ...lines.map(row)]);

/** Wrappings of whole texts from those of a line. @returns {Record<string, Wrapping>} */
export function byLine(/** @type {Record<string, LineWrapping>} */ wrappings) {
  return Object.fromEntries(Object.entries(wrappings).map(([name, wrap]) => [name, each(wrap)]));
}
