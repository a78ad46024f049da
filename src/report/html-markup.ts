import { escapeForTerminal } from './escape.ts';
import type { Inline } from './layout.ts';
import { styled } from './layout.ts';
import type { Style } from './paint.ts';
import { createTag, joinMarkup, type Markup } from './template.ts';
import { clip } from './width.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Harmless between tags and inside a quoted attribute; what cannot be seen is shown as on a terminal. */
function escapeHtml(text: string): string {
  return escapeForTerminal(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** HTML: every text put into it is escaped. */
export const html = createTag(escapeHtml);

/** Nothing at all. */
export const NO_HTML = html``;

/** Nobody writes a longer text on purpose; a name out of a log that was filled in may be of any length. */
const LONGEST_TEXT = 800;
/** YAML and log lines are only cut where nobody would read on. */
const LONGEST_BLOCK = 2000;

/** A point in time as `formatTime` writes it. */
const TIME = /(\d{4}-\d\d-\d\d\u00a0\d\d:\d\d:\d\dZ)/;

/** Text whose points in time are not broken over two lines. */
export function running(text: string): Markup {
  const parts = text.split(TIME);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<span class="time">${part}</span>` : html`${part}`))}`;
}

/** A sentence of ours, with names out of the log in it; what is written in backticks is code. */
export function sentence(text: string): Markup {
  const parts = clip(text, LONGEST_TEXT)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : running(part)));
  return html`${parts}`;
}

const STYLE_CLASSES: Readonly<Record<Exclude<Style, 'plain'>, string>> = {
  strong: 'strong',
  faint: 'faint',
  good: 'good',
  bad: 'bad',
  doubtful: 'doubtful',
  command: 'command',
};

/** A run of text whose parts look different. */
export function inline(text: Inline): Markup {
  const spans = (typeof text === 'string' ? [text] : text).map((part) =>
    typeof part === 'string' ? styled('plain', part) : part,
  );
  return html`${spans.map((span) =>
    span.style === 'plain'
      ? running(clip(span.text, LONGEST_TEXT))
      : html`<span class="${STYLE_CLASSES[span.style]}">${clip(span.text, LONGEST_TEXT)}</span>`,
  )}`;
}

/** Text to be copied or read as it is, line by line. */
export function block(text: string): Markup {
  const lines = text.slice(0, LONGEST_BLOCK).replace(/\n+$/, '').split('\n');
  const cut = text.length > LONGEST_BLOCK ? [html`…`] : [];
  return joinMarkup(
    [...lines.map((line) => (html`${line}`.source === '' ? html` ` : html`${line}`)), ...cut],
    '\n',
  );
}

/** A part of the page with its heading; nothing when it has no content. */
export function section(id: string, title: string, content: readonly Markup[]): Markup {
  const filled = content.filter(({ source }) => source !== '');
  if (filled.length === 0) return NO_HTML;
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${joinMarkup(filled, '\n')}
</section>`;
}

/** An unordered list; nothing when it has no items. */
export function list(items: readonly Markup[]): Markup {
  if (items.length === 0) return NO_HTML;
  return html`<ul>
${joinMarkup(
  items.map((item) => html`<li>${item}</li>`),
  '\n',
)}
</ul>`;
}
