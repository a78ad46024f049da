import type { Report, ReportFinding } from '../model/report.ts';

/** The findings of a report by how they are shown; each list in the report's own order. */
export interface Triage {
  /** Something is wrong, and it is the business of whoever runs the mesh or the application. */
  readonly faults: readonly ReportFinding[];
  readonly benign: readonly ReportFinding[];
  readonly suppressed: readonly ReportFinding[];
  /** Failed requests whose cause `--only` leaves out: every other one is of a finding or unexplained. */
  readonly leftOut: number;
  /** No fault lies with the proxies: only the application's own errors, if any. */
  readonly isProxyHealthy: boolean;
}

/** By the contract a 5xx of the application may be a finding, and the log still has no proxy-level problem. */
const OWN_ERRORS_OF_APPLICATION = 'application-error';

/** Sorts findings into faults, benign and suppressed ones. */
export function triage(report: Report): Triage {
  const active = report.findings.filter((finding) => !finding.suppressed);
  const faults = active.filter((finding) => finding.status !== 'benign');
  const found = report.findings.reduce((sum, { requests }) => sum + requests, report.unexplained.requests);
  const leftOut = Math.max(0, report.requests.failed - found);
  return {
    faults,
    benign: active.filter((finding) => finding.status === 'benign'),
    suppressed: report.findings.filter((finding) => finding.suppressed),
    leftOut,
    isProxyHealthy:
      leftOut === 0 &&
      report.unexplained.requests === 0 &&
      faults.every((finding) => finding.diagnosis.id === OWN_ERRORS_OF_APPLICATION),
  };
}
