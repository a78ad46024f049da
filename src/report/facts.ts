import type { ReportFinding } from '../model/report.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import type { Reporter } from '../model/shape.ts';
import { clip } from './width.ts';
import { formatCount, formatPercent, listFirst } from './wording.ts';

const MOST_CODES = 6;
/** A name out of a log may be as long as its author wants. */
export const LONGEST_NAME = 100;

/** Which proxy wrote the lines; empty when nothing tells. */
export const REPORTER_WORDS: Readonly<Record<Reporter, string>> = {
  outbound: "the caller's sidecar (outbound)",
  inbound: "the called service's sidecar (inbound)",
  gateway: 'a gateway',
  waypoint: 'a waypoint',
  ztunnel: 'ztunnel',
  mixed: 'several kinds of proxy',
  unknown: '',
};

/** Flags with the long name that Envoy's documentation uses. */
export function describeFlags(flags: readonly string[]): string {
  const names = flags.map((flag) => {
    const row = RESPONSE_FLAG_TABLE.find((known) => known.flag === flag);
    return row === undefined ? clip(flag, LONGEST_NAME) : `${flag} (${row.longName})`;
  });
  return listFirst(names, MOST_CODES);
}

function describeCodes(codes: readonly number[]): string {
  if (codes.length === 0) return '';
  return `${codes.length === 1 ? 'code' : 'codes'} ${listFirst(codes.map(String), MOST_CODES)}`;
}

/** `57 (31 % of the failures), code 503`. */
export function describeRequests({ requests, share, responseCodes }: ReportFinding): string {
  const part = share >= 1 ? 'all failures' : `${formatPercent(share)} of the failures`;
  return [`${formatCount(requests)} (${part})`, describeCodes(responseCodes)]
    .filter((fact) => fact !== '')
    .join(', ');
}
