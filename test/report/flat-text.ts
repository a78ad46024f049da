import type { Report } from '../../src/model/report.ts';
import { renderText } from '../../src/report/text.ts';

/** The text of a report without its line breaks, to look for sentences. */
export function flatten(report: Report, options: Parameters<typeof renderText>[1] = {}): string {
  return renderText(report, options).replace(/\s+/g, ' ');
}
