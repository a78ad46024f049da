import type { MadeLine } from '../made-lines.ts';

/** A mesh with one fault, a log that it causes, and the change that mends it. */
export interface MadeMesh {
  readonly name: string;
  readonly id: string;
  readonly log: readonly MadeLine[];
  readonly mesh: string;
  /** Part of the line that the first place of the finding names. */
  readonly at: string;
  /** What is written otherwise when it is sound. */
  readonly mended: readonly [broken: string, sound: string];
}

export const LEDGER = 'ledger.bank.svc.cluster.local';

/** Lines of the sidecar of a caller: of another service, and of the ledger where all is well. */
export const HEALTHY: MadeLine = {
  answer: '200 -',
  details: 'via_upstream',
  authority: 'audit.bank:7000',
  upstreamHost: '10.9.3.3:7000',
  cluster: 'outbound|7000||audit.bank.svc.cluster.local',
  local: '10.200.0.3:7000',
  route: 'default',
};
export const SERVED: MadeLine = {
  ...HEALTHY,
  authority: 'ledger.bank:8200',
  upstreamHost: '10.9.3.4:8200',
  cluster: `outbound|8200||${LEDGER}`,
  local: '10.200.0.4:8200',
};

/** A line of the sidecar of the ledger. */
export const INBOUND: MadeLine = {
  answer: '403 -',
  authority: 'ledger.bank:8200',
  cluster: 'inbound|8200||',
  local: '10.9.3.4:8200',
  sni: 'outbound_.8200_._.ledger.bank.svc.cluster.local',
};

export function toSubset(subset: string): MadeLine {
  return { ...SERVED, cluster: `outbound|8200|${subset}|${LEDGER}` };
}

/** Among calls of a service that answers. */
export function amongHealthy(lines: readonly MadeLine[], healthy = HEALTHY): readonly MadeLine[] {
  return [healthy, ...lines, healthy];
}
