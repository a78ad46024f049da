import type { Report } from '../../src/model/report.ts';

/** What a report says of a log, and must say however the log reaches us. */
export function outcomeOf({ requests, lines, findings }: Report): unknown {
  return {
    total: requests.total,
    failed: requests.failed,
    partial: lines.partial,
    findings: findings.map((finding) => [
      finding.diagnosis.id,
      finding.requests,
      Math.round(finding.confidence * 1000),
    ]),
  };
}
