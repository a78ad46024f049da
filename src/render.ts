import type { ReportComparison } from './model/comparison.ts';
import type { Report, ReportKind } from './model/report.ts';
import type { Message, NotificationKind } from './model/run-state.ts';
import type { LintReport } from './report/lint.ts';
import type { Paint } from './report/paint.ts';
import { ANSI_PAINT, PLAIN_PAINT } from './report/paint.ts';
import { describeReading, type ReadingState } from './report/progress.ts';

// Only the output that is asked for is loaded.

/** How a report is to look. */
export interface Looks {
  readonly width: number;
  readonly color: boolean;
  readonly verbose?: boolean;
  /** Findings shown in full. */
  readonly top?: number;
}

/** How far reading has come, in words. */
export function describeProgress(state: ReadingState): string {
  return describeReading(state);
}

/** Kinds of output of `lint`. */
export const LINT_KINDS = ['text', 'json', 'markdown', 'html', 'sarif'] as const;
export type LintKind = (typeof LINT_KINDS)[number];

/** The result of `lint` as text of one kind. */
export async function renderLint(
  kind: LintKind,
  result: LintReport,
  looks: Looks & { readonly version: string },
): Promise<string> {
  switch (kind) {
    case 'text':
      return (await import('./report/lint.ts')).renderLintText(result, paintOf(looks));
    case 'json':
      return (await import('./report/lint.ts')).renderLintJson(result);
    case 'markdown':
      return (await import('./report/lint-markdown.ts')).renderLintMarkdown(result);
    case 'html':
      return (await import('./report/lint-html.ts')).renderLintHtml(result);
    case 'sarif':
      return (await import('./report/lint-sarif.ts')).renderLintSarif(result, looks.version);
    default:
      return kind satisfies never;
  }
}

/** Kinds of output of a comparison on its own. */
export const COMPARISON_KINDS = ['text', 'json', 'markdown'] as const;
export type ComparisonKind = (typeof COMPARISON_KINDS)[number];

/** A comparison as text of one kind. */
export async function renderComparison(
  kind: ComparisonKind,
  comparison: ReportComparison,
  looks: Looks,
): Promise<string> {
  switch (kind) {
    case 'json': {
      const { stringifySafely } = await import('./report/json.ts');
      return `${stringifySafely(comparison)}\n`;
    }
    case 'text': {
      const { renderComparison: render } = await import('./report/text-changes.ts');
      return render(comparison, { width: looks.width, paint: paintOf(looks) });
    }
    case 'markdown': {
      const { toMarkdownChanges } = await import('./report/text-changes.ts');
      return `${toMarkdownChanges(comparison).source}\n`;
    }
    default:
      return kind satisfies never;
  }
}

/** The body of a notification, as JSON. */
export async function renderNotification(kind: NotificationKind, message: Message): Promise<string> {
  const { renderNotification: render } = await import('./report/notification.ts');
  return render(kind, message);
}

const REPORT_RENDERERS = {
  json: () => import('./report/json.ts'),
  text: () => import('./report/text.ts'),
  ndjson: () => import('./report/ndjson.ts'),
  sarif: () => import('./report/sarif.ts'),
  openmetrics: () => import('./report/openmetrics.ts'),
  html: () => import('./report/html.ts'),
  markdown: () => import('./report/report-markdown.ts'),
} as const satisfies Readonly<Record<ReportKind, () => Promise<unknown>>>;

/** Loads what makes a kind of report, ahead of time. */
export async function loadRenderer(kind: ReportKind): Promise<void> {
  await REPORT_RENDERERS[kind]();
}

/** The report as text of one kind. */
export async function renderReport(kind: ReportKind, report: Report, looks: Looks): Promise<string> {
  switch (kind) {
    case 'json':
      return (await REPORT_RENDERERS.json()).renderJson(report);
    case 'text':
      return (await REPORT_RENDERERS.text()).renderText(report, {
        width: looks.width,
        paint: paintOf(looks),
        verbose: looks.verbose === true,
        ...topOf(looks),
      });
    case 'ndjson':
      return (await REPORT_RENDERERS.ndjson()).renderNdjson(report);
    case 'sarif':
      return (await REPORT_RENDERERS.sarif()).renderSarif(report);
    case 'openmetrics':
      return (await REPORT_RENDERERS.openmetrics()).renderOpenMetrics(report);
    case 'html':
      return (await REPORT_RENDERERS.html()).renderHtml(report, topOf(looks));
    case 'markdown':
      return (await REPORT_RENDERERS.markdown()).renderMarkdown(report, topOf(looks));
    default:
      return kind satisfies never;
  }
}

function topOf({ top }: Looks): { readonly top?: number } {
  return top === undefined ? {} : { top };
}

/** How to colour, or that nothing is. */
export function paintOf({ color }: Looks): Paint {
  return color ? ANSI_PAINT : PLAIN_PAINT;
}
