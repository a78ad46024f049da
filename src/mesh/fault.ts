import type { LineContext, MeshFault, MeshPatch, MeshPlace } from '../model/mesh-evidence.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { isNameOf } from './host.ts';
import type { Mesh } from './mesh.ts';
import type { MeshHost } from './registry.ts';
import { isPortOf, type Server } from './servers.ts';
import type { Workload } from './writer.ts';

/** Lines that are held against a fault, with the workloads whose proxies wrote them; none: nobody knows. */
export interface FitContext extends LineContext {
  readonly writers: readonly Workload[];
}

/** Lines that a fault explains. */
export interface FaultLines {
  readonly shape: ShapeView;
  readonly context: FitContext;
}

/** A fault before anybody asks where it stands: positions and patches cost time. */
export interface FoundFault extends Omit<MeshFault, 'places' | 'patch'> {
  readonly places: () => readonly MeshPlace[];
  /** `lines` are those for which the fault was looked at, where there are any. */
  readonly patch: (lines?: FaultLines) => MeshPatch | null;
  /** Causes that look alike and that this fault rules out. */
  readonly insteadOf?: readonly string[];
  /** True for lines that fail as this fault makes them fail, in its own scope. */
  readonly fits: (shape: ShapeView, context: FitContext) => boolean;
}

/** Finds the faults of one kind in a mesh. */
export type Check = (mesh: Mesh) => readonly FoundFault[];

/** A fault that has no patch of its own. */
export function noPatch(): null {
  return null;
}

/** The line was sent, or was to be sent, to this host; null: to any port or subset, an empty subset: to none. */
export function leadsTo(
  shape: ShapeView,
  host: MeshHost,
  port: number | null,
  subset: string | null,
): boolean {
  if (shape.clusterDirection !== 'outbound' || shape.clusterHost !== host.name) return false;
  if (port !== null && shape.clusterPort !== String(port)) return false;
  return subset === null || (shape.upstreamCluster ?? '').split('|')[2] === subset;
}

/** The line asked for one of the names. */
export function asksFor(shape: ShapeView, names: readonly string[]): boolean {
  const { authorityName } = shape;
  return authorityName != null && names.some((name) => matches(name, authorityName));
}

function matches(name: string, authority: string): boolean {
  return name.startsWith('*') ? authority.endsWith(name.slice(1)) : isNameOf(authority, name);
}

/** The line has one of the flags. */
export function hasFlag(shape: ShapeView, ...flags: readonly string[]): boolean {
  return flags.some((flag) => shape.responseFlags.includes(flag));
}

/** The line was logged at the port of this server. */
export function isAt({ localPort }: ShapeView, server: Server): boolean {
  return isPortOf(server, localPort);
}

/** No virtual host or no route took the request. */
export function isRouteMissing(shape: ShapeView): boolean {
  return hasFlag(shape, 'NR') && shape.detailsName !== 'filter_chain_not_found';
}

/** No filter chain took the connection. */
export function isChainMissing(shape: ShapeView): boolean {
  return hasFlag(shape, 'NR') && (shape.detailsName === 'filter_chain_not_found' || shape.layer === 'tcp');
}
