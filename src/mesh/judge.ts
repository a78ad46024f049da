import type { MeshFault, MeshJudge, MeshVerdict } from '../model/mesh-evidence.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { checkCallers } from './checks/callers.ts';
import { checkConflicts } from './checks/conflicts.ts';
import { checkDestinations } from './checks/destinations.ts';
import { checkEndpoints } from './checks/endpoints.ts';
import { checkFilters } from './checks/filters.ts';
import { checkGatewayHosts } from './checks/gateway-hosts.ts';
import { checkGatewayTls } from './checks/gateway-tls.ts';
import { checkLoadBalancing } from './checks/load-balancing.ts';
import { checkMeshRules } from './checks/mesh-rules.ts';
import { checkPolicies } from './checks/policies.ts';
import { checkRegistry } from './checks/registry.ts';
import { checkRouteRules } from './checks/route-rules.ts';
import { checkSecrets } from './checks/secrets.ts';
import { checkServices } from './checks/services.ts';
import { checkTelemetry, notesOfTelemetry } from './checks/telemetry.ts';
import { checkTls } from './checks/tls.ts';
import { checkVisibility } from './checks/visibility.ts';
import { NO_SURROUNDINGS, type Surroundings } from './credentials.ts';
import { judgeDumps, lintDump } from './dump/judge-dumps.ts';
import { isOwnerOf } from './dump/owner.ts';
import { findExclusions } from './exclusions.ts';
import type { Check, FaultLines, FoundFault } from './fault.ts';
import { covers, isNameOf } from './host.ts';
import { type LoadedResources, loadResources, type MeshFile } from './load.ts';
import { Mesh } from './mesh.ts';
import type { MeshHost } from './registry.ts';
import type { Resource } from './resource.ts';
import { type Workload, writersOf } from './writer.ts';

const CHECKS: readonly Check[] = [
  checkDestinations,
  checkRouteRules,
  checkMeshRules,
  checkGatewayHosts,
  checkGatewayTls,
  checkRegistry,
  checkVisibility,
  checkEndpoints,
  checkLoadBalancing,
  checkTls,
  checkCallers,
  checkServices,
  checkSecrets,
  checkTelemetry,
  checkPolicies,
  checkFilters,
  checkConflicts,
];

/** The configuration of a mesh, read and judged. */
export interface JudgedMesh extends MeshJudge {
  readonly loaded: LoadedResources;
  /** What would break, whether a log shows it or not. */
  readonly faults: () => readonly MeshFault[];
}

/** Reads the files and finds all that may fail requests. */
export function judgeMesh(
  files: readonly MeshFile[],
  surroundings: Surroundings = NO_SURROUNDINGS,
): JudgedMesh {
  const loaded = loadResources(files);
  const mesh = new Mesh(loaded.resources, surroundings);
  const found = CHECKS.flatMap((check) => check(mesh));
  const views = new Views(loaded.resources, surroundings, { mesh, found, exclusions: findExclusions(mesh) });
  const known = namesOf(mesh);
  const spokenOf = new Set([...known, ...mesh.ruledHosts(), ...mesh.hosts.flatMap(shortNamesOf)]);
  // Dumps alone say nothing of which services a mesh has.
  const knowsByDump: JudgedMesh['knows'] = ({ upstreamCluster }) =>
    loaded.resources.length === 0 || loaded.dumps.some(({ clusters }) => clusters.has(upstreamCluster ?? ''));
  return {
    loaded,
    judge: (shape, context) => {
      const writers = writersOf(mesh, loaded.dumps, shape, context.writer);
      const seen = asSeenFrom(shape, writers, mesh);
      const view = views.of(writers);
      const dumped = judgeDumps({ ...loaded, readCertificate: surroundings.readCertificate }, shape, context);
      const isProved = dumped.some(({ supports }) => supports);
      const isSilent = context.isForeign || contradicts(shape, view.mesh);
      const lines = { shape: seen, context: { ...context, writers } };
      const fitting = (some: readonly FoundFault[]): readonly MeshVerdict[] =>
        isSilent
          ? []
          : some
              .filter((fault) => fault.fits(seen, lines.context))
              .flatMap((fault) => toVerdict(fault, lines));
      // What a proxy runs with rules out by itself only what nothing proves.
      const [proofs, doubts] = isProved ? [dumped, []] : [[], dumped];
      return settle([...proofs, ...fitting(view.found)], [...doubts, ...fitting(view.exclusions)]);
    },
    knows: (shape) => (isKnown(shape, mesh, known) && !contradicts(shape, mesh)) || knowsByDump(shape),
    knowsByDump,
    notes: notesOfTelemetry(mesh),
    silentDumps: (lines) =>
      loaded.dumps
        .filter((dump) => !lines.some(([shape, writer]) => isOwnerOf(dump, shape, writer)))
        .map(({ owner, file }) => `${owner.name} (${file})`),
    speaksOf: (host) => spokenOf.has(host) || mesh.host(host) !== null,
    faults: () => [
      ...loaded.dumps.flatMap((dump) => lintDump(dump, surroundings)),
      ...found.filter(({ severity }) => severity !== null).map(toFault),
    ],
  };
}

function toVerdict(fault: FoundFault, lines: FaultLines): readonly MeshVerdict[] {
  const { diagnosisId, says, insteadOf = [] } = fault;
  const places = fault.places();
  return [
    ...(diagnosisId === null
      ? []
      : [{ diagnosisId, supports: true, claim: says, places, patch: fault.patch(lines) }]),
    ...insteadOf.map((id) => ({ diagnosisId: id, supports: false, claim: says, places, patch: null })),
  ];
}

/** The mesh as callers see it, and what was found in it. */
interface View {
  readonly mesh: Mesh;
  readonly found: readonly FoundFault[];
  readonly exclusions: readonly FoundFault[];
}

/** What holds for callers of one namespace, worked out when it is asked for. */
class Views {
  readonly #resources: readonly Resource[];
  readonly #surroundings: Surroundings;
  readonly #general: View;
  readonly #byNamespace = new Map<string, View>();

  constructor(resources: readonly Resource[], surroundings: Surroundings, general: View) {
    this.#resources = resources;
    this.#surroundings = surroundings;
    this.#general = general;
  }

  /** The view of the writers; the general one where they are unknown or of several namespaces. */
  of(writers: readonly Workload[]): View {
    const [first] = writers;
    if (first === undefined || writers.some(({ namespace }) => namespace !== first.namespace))
      return this.#general;
    const { namespace } = first;
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined) return known;
    const view = this.#general.mesh.isSeenDifferentlyFrom(namespace) ? this.#look(namespace) : this.#general;
    this.#byNamespace.set(namespace, view);
    return view;
  }

  #look(namespace: string): View {
    const mesh = new Mesh(this.#resources, this.#surroundings, namespace);
    return { mesh, found: CHECKS.flatMap((check) => check(mesh)), exclusions: findExclusions(mesh) };
  }
}

/** A name without dots is a service of the caller's own namespace. */
function asSeenFrom(shape: ShapeView, writers: readonly Workload[], mesh: Mesh): ShapeView {
  const { authorityName } = shape;
  const [first] = writers;
  if (authorityName == null || authorityName.includes('.') || first === undefined) return shape;
  if (writers.some(({ namespace }) => namespace !== first.namespace)) return shape;
  const host = `${authorityName}.${first.namespace}.svc.cluster.local`;
  return mesh.host(host) === null ? shape : { ...shape, authorityName: host };
}

/** A cause that another fault rules out is not confirmed beside it; what is sound elsewhere rules out no fault. */
function settle(faults: readonly MeshVerdict[], exclusions: readonly MeshVerdict[]): readonly MeshVerdict[] {
  const idsOf = (verdicts: readonly MeshVerdict[], supports: boolean): ReadonlySet<string> =>
    new Set(verdicts.filter((item) => item.supports === supports).map(({ diagnosisId }) => diagnosisId));
  const ruledOut = idsOf(faults, false);
  const confirmed = idsOf(faults, true);
  const first = new Map(exclusions.map((verdict) => [verdict.diagnosisId, verdict] as const));
  return [
    ...faults.filter(({ supports, diagnosisId }) => !supports || !ruledOut.has(diagnosisId)),
    ...[...first.values()].filter(
      ({ diagnosisId }) => !ruledOut.has(diagnosisId) && !confirmed.has(diagnosisId),
    ),
  ];
}

function toFault({ diagnosisId, code, severity, says, places, patch }: FoundFault): MeshFault {
  return { diagnosisId, code, severity, says, places: places(), patch: patch() };
}

/** A service under its names without the domain of the cluster: `cart`, `cart.shop`, `cart.shop.svc`. */
function shortNamesOf({ name }: MeshHost): readonly string[] {
  if (!name.endsWith('.svc.cluster.local')) return [];
  const parts = name.split('.');
  return [1, 2, 3, 4].map((length) => parts.slice(0, length).join('.'));
}

/** Names that VirtualServices and Gateways speak of. */
function namesOf(mesh: Mesh): readonly string[] {
  return [...mesh.routes.flatMap(({ hosts }) => hosts), ...mesh.servers.flatMap(({ hosts }) => hosts)].filter(
    (name) => name !== '*',
  );
}

/**
 * The proxy sent to a port or a subset of a known service that the configuration does not have: it is older or newer than
 * the log, or of another mesh. A route to what is not there is logged without an endpoint, and as NC.
 */
function contradicts(shape: ShapeView, mesh: Mesh): boolean {
  const { clusterDirection, clusterHost, clusterPort, responseFlags, upstreamCluster } = shape;
  if (clusterDirection !== 'outbound' || clusterHost == null || responseFlags.includes('NC')) return false;
  const host = mesh.host(clusterHost);
  if (host === null) return false;
  if (host.ports.length > 0 && !host.ports.some(({ number }) => String(number) === clusterPort)) return true;
  const subset = upstreamCluster?.split('|')[2] ?? '';
  return subset !== '' && !mesh.subsets(host).some(({ name }) => name === subset);
}

function isKnown(shape: ShapeView, mesh: Mesh, names: readonly string[]): boolean {
  const { clusterHost, authorityName } = shape;
  if (clusterHost != null) return mesh.host(clusterHost) !== null;
  if (authorityName == null) return true;
  return (
    mesh.hosts.some(({ name }) => isNameOf(authorityName, name)) ||
    names.some((name) => covers(name, authorityName))
  );
}
