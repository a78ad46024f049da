import type { Report } from '../model/report.ts';
import { bullet, type Page, prose, styled } from './layout.ts';
import type { Triage } from './triage.ts';
import { toVerdict } from './verdict.ts';
import { plural } from './wording.ts';

/** The verdict, as the first paragraph of the report. */
export function renderVerdict(page: Page, report: Report, triaged: Triage): string[] {
  const { headline, causes, untold, remarks } = toVerdict(report, triaged);
  return [
    ...prose(page, 0, headline),
    ...causes.flatMap((cause, index) => bullet(page, 2, styled('strong', `${index + 1}.`), cause)),
    ...(untold > 0 ? prose(page, 5, `and ${plural(untold, 'more cause')}, ranked below.`) : []),
    ...remarks.flatMap((text) => prose(page, 0, [styled('doubtful', text)])),
  ];
}
