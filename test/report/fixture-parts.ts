import type { Report, ReportEvidence, ReportFinding } from '../../src/model/report.ts';

/** A report with some parts replaced. */
export function withParts(report: Report, parts: Partial<Report>): Report {
  return { ...report, ...parts };
}

/** A finding with some parts replaced. */
export function withFinding(finding: ReportFinding, parts: Partial<ReportFinding>): ReportFinding {
  return { ...finding, ...parts };
}

/** A claim that holds for all failures of the finding it is put in. */
export function claim(parts: Partial<ReportEvidence> & { readonly claim: string }): ReportEvidence {
  return {
    about: 'details',
    supports: true,
    requests: 57,
    bits: 4,
    counted: true,
    coincidence: null,
    ...parts,
  };
}
