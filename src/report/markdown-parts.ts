import { LONGEST_NAME } from './facts.ts';
import type { Inline } from './layout.ts';
import { escapeMarkdown, markdownBlock, markdownCode } from './markdown.ts';
import { createTag, joinMarkup, Markup } from './template.ts';
import { clip, clipMiddle } from './width.ts';
import { formatCount, withPlainBlanks } from './wording.ts';

const MOST_NAMES = 3;
const LONGEST_TEXT = 800;
/** Longer commands and YAML nobody reads on. */
export const LONGEST_BLOCK = 4000;

/** Markdown: what is put into it is text, its backticks are code. A blank that may not break is no blank to a search. */
export const md = createTag((text) => withPlainBlanks(escapeMarkdown(clip(text, LONGEST_TEXT))));

/** A name, as code; the middle of a long one is cut. */
export const code = (text: string, most = LONGEST_NAME): Markup =>
  new Markup(markdownCode(clipMiddle(text, most)));
/** A fenced block. */
export const block = (text: string, language: string): Markup =>
  new Markup(markdownBlock(text.slice(0, LONGEST_BLOCK), language));
/** The first names, as code. */
export const codes = (texts: readonly string[]): Markup => {
  const rest = texts.length - MOST_NAMES;
  const shown = texts.slice(0, MOST_NAMES).map((text) => code(text));
  return joinMarkup([...shown, ...(rest > 0 ? [md`+${formatCount(rest)} more`] : [])], ', ');
};

/** Nothing at all. */
export const NOTHING = md``;

/** A run of text whose parts look different. */
export function inline(text: Inline): Markup {
  const parts = (typeof text === 'string' ? [text] : text).map((part) => {
    if (typeof part === 'string') return md`${part}`;
    return part.style === 'strong' && part.text.trim() !== '' ? md`**${part.text}**` : md`${part.text}`;
  });
  return md`${parts}`;
}

/** An unordered list. */
export function bullets(items: readonly Markup[]): Markup {
  return joinMarkup(
    items.filter(({ source }) => source !== '').map((item) => md`- ${item}`),
    '\n',
  );
}

/** An ordered list. */
export function numbered(items: readonly Markup[]): Markup {
  return joinMarkup(
    items.map((item, i) => md`${new Markup(`${i + 1}.`)} ${item}`),
    '\n',
  );
}

/** Paragraphs under a heading; nothing when there are none. */
export function section(heading: Markup, blocks: readonly Markup[]): Markup {
  const content = joinMarkup(blocks, '\n\n');
  return content.source === '' ? NOTHING : joinMarkup([heading, content], '\n\n');
}
