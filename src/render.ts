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

/** The report as text of one kind. */
export async function renderReport(kind: ReportKind, report: Report, looks: Looks): Promise<string> {
  switch (kind) {
    case 'json': {
      const { renderJson } = await import('./report/json.ts');
      return renderJson(report);
    }
    case 'text': {
      const { renderText } = await import('./report/text.ts');
      return renderText(report, {
        width: looks.width,
        paint: paintOf(looks),
        verbose: looks.verbose === true,
        ...topOf(looks),
      });
    }
    case 'ndjson': {
      const { renderNdjson } = await import('./report/ndjson.ts');
      return renderNdjson(report);
    }
    case 'sarif': {
      const { renderSarif } = await import('./report/sarif.ts');
      return renderSarif(report);
    }
    case 'openmetrics': {
      const { renderOpenMetrics } = await import('./report/openmetrics.ts');
      return renderOpenMetrics(report);
    }
    case 'html': {
      const { renderHtml } = await import('./report/html.ts');
      return renderHtml(report, topOf(looks));
    }
    case 'markdown': {
      const { renderMarkdown } = await import('./report/report-markdown.ts');
      return renderMarkdown(report, topOf(looks));
    }
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
