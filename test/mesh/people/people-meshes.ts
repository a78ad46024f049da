import { EGRESS } from './egress.ts';
import { GATEWAYS } from './gateways.ts';
import { LIMITS } from './limits.ts';
import { MUTUAL_TLS } from './mutual-tls.ts';
import type { PeopleMesh } from './people-mesh.ts';
import { POLICIES } from './policies.ts';
import { WORKLOADS } from './workloads.ts';

export const PEOPLE_MESHES: readonly PeopleMesh[] = [
  ...WORKLOADS,
  ...GATEWAYS,
  ...EGRESS,
  ...MUTUAL_TLS,
  ...POLICIES,
  ...LIMITS,
];
