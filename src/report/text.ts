import type { Report } from '../model/report.ts';
import { createPage, rule } from './layout.ts';
import type { Paint } from './paint.ts';
import { renderChanges } from './text-changes.ts';
import { renderFinding } from './text-finding.ts';
import { renderBlindSpots, renderNotes, renderReading } from './text-reading.ts';
import {
  renderBenign,
  renderCut,
  renderFailures,
  renderSuppressed,
  renderUnexplained,
} from './text-tables.ts';
import { renderVerdict } from './text-verdict.ts';
import { triage } from './triage.ts';

const DEFAULT_TOP = 10;

export interface TextOptions {
  /** Columns of the terminal; clamped to what reads well. */
  readonly width?: number;
  readonly paint?: Paint;
  /** Findings shown in full. */
  readonly top?: number;
  /** Adds the arithmetic behind each confidence. */
  readonly verbose?: boolean;
}

/** The report for a person at a terminal: the answer first, then why, then what it rests on. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const { width, paint, top = DEFAULT_TOP, verbose = false } = options;
  const page = createPage(width, paint);
  const triaged = triage(report);
  const { faults, benign, suppressed } = triaged;
  const appendix = [
    renderCut(page, faults.slice(top), faults.length),
    renderBenign(page, benign),
    renderSuppressed(page, suppressed),
    renderFailures(page, report),
    renderUnexplained(page, report),
    renderReading(page, report),
    renderBlindSpots(page, report),
    renderNotes(page, report),
  ].filter((lines) => lines.length > 0);
  const sections = [
    renderVerdict(page, report, triaged),
    ...[renderChanges(page, report.comparison)].filter((lines) => lines.length > 0),
    ...faults
      .slice(0, top)
      .map((finding, index) =>
        renderFinding(page, finding, { place: index + 1, verbose, window: report.window }),
      ),
    ...appendix.map((lines, index) => (index === 0 ? [rule(page), ...lines] : lines)),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
