import { ACCESS } from './access.ts';
import { EGRESS } from './egress.ts';
import { GATEWAYS } from './gateways.ts';
import type { MadeMesh } from './made-mesh.ts';
import { WORKLOADS } from './workloads.ts';

/** Each proves its cause. */
export const MADE_MESHES: readonly MadeMesh[] = [...GATEWAYS, ...WORKLOADS, ...EGRESS, ...ACCESS];
