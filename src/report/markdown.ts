import { escapeForTerminal } from './escape.ts';

/** What Markdown (and GitHub's dialect of it) gives a meaning inside a line. */
const INLINE_MARKUP = /[\\`*[\]<>|~$&]/g;
/** An underscore within a word is text: `route_not_found` stays readable in the source. */
const EMPHASIS_UNDERSCORE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** What gives a line a meaning when it comes first. */
const LINE_START = /^(\s*)([#+\-=]|\d+[.)])/;

/** Text as text: nothing in it is markup. */
function escapeText(text: string): string {
  return escapeForTerminal(text)
    .replace(INLINE_MARKUP, (character) => (character === '&' ? '&amp;' : `\\${character}`))
    .replace(EMPHASIS_UNDERSCORE, '\\_')
    .replace(
      LINE_START,
      (_, blanks: string, mark: string) => `${blanks}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
    );
}

/** Longer than any run of backticks in the text. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}

/** A code span. */
export function markdownCode(text: string): string {
  const code = escapeForTerminal(text);
  const fence = fenceFor(code, 1);
  const space = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return `${fence}${space}${code}${space}${fence}`;
}

/** What is written in backticks is code; nothing else is markup. */
export function escapeMarkdown(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? markdownCode(part) : escapeText(part)))
    .join('');
}

/** A fenced block. */
export function markdownBlock(text: string, language: string): string {
  const code = text.replace(/\n+$/, '').split('\n').map(escapeForTerminal).join('\n');
  const fence = fenceFor(code, 3);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** A link; an address with characters that would end it early is put in angle brackets. */
export function markdownLink(text: string, href: string): string {
  const safe = href.replace(/[\s<>\\]/g, (character) => encodeURIComponent(character));
  return `[${text}](${/[()]/.test(safe) ? `<${safe}>` : safe})`;
}

/** A cell of a table: there a bar ends the cell even inside code. */
export function markdownCell(markup: string): string {
  return markup.replace(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ');
}

/** A table of cells that are markup already. */
export function markdownTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line)].join('\n');
}
