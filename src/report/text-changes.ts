import type { ReportComparison } from '../model/comparison.ts';
import { type ChangesInWords, describeChanges } from './changes.ts';
import { bullet, createPage, type Page, plainText, prose, styled } from './layout.ts';
import { md } from './markdown-parts.ts';
import type { Paint } from './paint.ts';
import { joinMarkup, type Markup } from './template.ts';

const INDENT = 3;

/** What changed, as a section of the text report; nothing without a comparison. */
export function renderChanges(page: Page, comparison: ReportComparison | null): string[] {
  if (comparison === null) return [];
  const { title, lead, items, rest } = describeChanges(comparison);
  return [
    ...prose(page, 0, [styled('strong', title)]),
    ...prose(page, INDENT, lead),
    ...items.flatMap((item) => bullet(page, INDENT, styled('plain', '·'), item)),
    ...(rest === '' ? [] : prose(page, INDENT, rest)),
  ];
}

/** A comparison on its own, for a terminal. */
export function renderComparison(
  comparison: ReportComparison,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  return `${renderChanges(createPage(width, paint), comparison).join('\n')}\n`;
}

/** What changed, as a section of the Markdown report. */
export function toMarkdownChanges(comparison: ReportComparison): Markup {
  const { title, lead, items, rest }: ChangesInWords = describeChanges(comparison);
  const list = items.map((item) => md`- ${plainText(item)}`);
  return joinMarkup(
    [md`## ${title}`, md`${lead}`, joinMarkup(list, '\n'), rest === '' ? md`` : md`${rest}`],
    '\n\n',
  );
}
