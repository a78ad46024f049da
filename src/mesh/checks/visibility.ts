import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { asksFor, type Check, type FoundFault, isRouteMissing } from '../fault.ts';
import { covers, isNameOf, splitNamespace } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import type { MeshHost } from '../registry.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import type { Routes } from '../routes.ts';
import { has, labelsAt, listAt, type Path, selects, textAt, textsAt } from '../value.ts';
import { ipOf } from '../workload.ts';
import type { Workload } from '../writer.ts';

const ANNOTATION: Path = ['metadata', 'annotations', 'networking.istio.io/exportTo'];
/** Sidecars that a report names; more would say the same. */
const MOST_SIDECARS = 3;

/** Services and routes that some callers cannot see: Sidecar egress hosts and `exportTo`. */
export const checkVisibility: Check = (mesh) => {
  const sidecars = mesh.istio('Sidecar').filter(({ body }) => has(body, 'spec', 'egress'));
  return [
    ...mesh.hosts.flatMap((host) => [
      ...hiddenBySidecars(mesh, sidecars, host),
      ...exportedElsewhere(mesh, host),
    ]),
    ...mesh.routes.flatMap((routes) => hiddenFromGateway(mesh, routes)),
  ];
};

/** The line was sent to the host as to an unknown destination. */
function isTakenForUnknown(shape: ShapeView, host: MeshHost): boolean {
  const { clusterDirection, routeName, authorityName, downstreamLocalAddress } = shape;
  const isUnknown =
    clusterDirection === 'blackHole' ||
    clusterDirection === 'passthrough' ||
    routeName === 'block_all' ||
    routeName === 'allow_any';
  if (!isUnknown) return false;
  if (authorityName != null && isNameOf(authorityName, host.name)) return true;
  return host.addresses.includes(ipOf(downstreamLocalAddress));
}

/** Causes with the same look for hosts that nobody has registered. */
const INSTEAD_OF = ['registry-only-blocked', 'registry-pod-ip-authority', 'cluster-not-found'];

function hiddenBySidecars(mesh: Mesh, sidecars: readonly Resource[], host: MeshHost): readonly FoundFault[] {
  const hiding = sidecars.filter((sidecar) => !isListed(sidecar, host));
  const toFault = (some: readonly Resource[], fits: FoundFault['fits']): readonly FoundFault[] => {
    const [first] = some;
    if (first === undefined) return [];
    return [
      {
        diagnosisId: 'sidecar-egress-scope',
        insteadOf: INSTEAD_OF,
        code: null,
        severity: null,
        says: `${nameOf(first)} does not list ${host.name} among its egress hosts: proxies in ${first.namespace} do not know it`,
        places: () => [
          ...some
            .slice(0, MOST_SIDECARS)
            .map((sidecar) =>
              placeOf(
                sidecar,
                ['spec', 'egress', 0, 'hosts'],
                `lists ${egressHosts(sidecar).join(', ')} only`,
              ),
            ),
          placeOf(host.resource, host.path, `registers ${host.name}`),
        ],
        patch: () => (some.length === 1 ? listHost(first, host) : null),
        fits: (shape, context) => isTakenForUnknown(shape, host) && fits(shape, context),
      },
    ];
  };
  return [
    ...toFault(hiding, (_, { writers }) => writers.length === 0),
    ...hiding.flatMap((sidecar) =>
      toFault([sidecar], (_, { writers }) => writers.some((writer) => sidecarOf(mesh, writer) === sidecar)),
    ),
  ];
}

/** The Sidecar that holds for a workload: one for its labels, else that of its namespace, else that of the root. */
function sidecarOf(mesh: Mesh, { namespace, labels }: Workload): Resource | undefined {
  const sidecars = mesh.istio('Sidecar');
  const wanted = ({ body }: Resource): Readonly<Record<string, string>> =>
    labelsAt(body, 'spec', 'workloadSelector', 'labels');
  const isGeneral = (sidecar: Resource): boolean => Object.keys(wanted(sidecar)).length === 0;
  const own = sidecars.filter((sidecar) => sidecar.namespace === namespace);
  return (
    own.find((sidecar) => !isGeneral(sidecar) && selects(wanted(sidecar), labels)) ??
    own.find(isGeneral) ??
    sidecars.find((sidecar) => sidecar.namespace === mesh.wide.rootNamespace && isGeneral(sidecar))
  );
}

/** The Sidecar with the host added to its first listener. */
function listHost(sidecar: Resource, { name, resource }: MeshHost): MeshPatch | null {
  const path: Path = ['spec', 'egress', 0, 'hosts'];
  const namespace = resource.namespace === sidecar.namespace ? '.' : resource.namespace;
  const hosts = [...textsAt(sidecar.body, ...path), `${namespace}/${name}`];
  return toPatch(sidecar, `let its proxies know ${name}`, [{ path, value: hosts }]);
}

function egressHosts({ body }: Resource): readonly string[] {
  return listAt(body, 'spec', 'egress').flatMap((listener) => textsAt(listener, 'hosts'));
}

function isListed(sidecar: Resource, { name, resource }: MeshHost): boolean {
  return egressHosts(sidecar).some((text) => {
    const { namespace, host } = splitNamespace(text);
    const wanted = namespace === '.' ? sidecar.namespace : namespace;
    return (wanted === '*' || wanted === resource.namespace) && covers(host, name);
  });
}

/** Namespaces to which a resource is exported; null: all. */
function exportOf(
  { body }: Resource,
  fallback: readonly string[],
): { readonly to: readonly string[]; readonly path: Path } | null {
  const listed = textsAt(body, 'spec', 'exportTo');
  const noted = (textAt(body, ...ANNOTATION) ?? '').split(',').flatMap((part) => part.trim() || []);
  const [to, path] = noted.length > 0 ? [noted, ANNOTATION] : [listed, ['spec', 'exportTo'] as Path];
  const effective = to.length > 0 ? to : fallback;
  return effective.includes('*') ? null : { to: effective, path };
}

function exportedElsewhere(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  const { resource } = host;
  const exported = exportOf(resource, mesh.wide.defaultExportTo('Service'));
  if (exported === null) return [];
  const seenIn = exported.to.map((name) => (name === '.' ? resource.namespace : name));
  const isBlind = ({ namespace }: Workload): boolean => !seenIn.includes(namespace);
  const says = `is exported to ${seenIn.join(', ')} only`;
  return [
    {
      diagnosisId: 'sidecar-egress-scope',
      insteadOf: INSTEAD_OF,
      code: null,
      severity: null,
      says: `${nameOf(resource)} ${says}: proxies of other namespaces do not know ${host.name}`,
      places: () => [placeOf(resource, exported.path, says)],
      patch: () =>
        toPatch(resource, 'export it to all namespaces, or name those of its callers', [
          { path: exported.path, value: exported.path === ANNOTATION ? '*' : ['*'] },
        ]),
      fits: (shape, { writers }) =>
        isTakenForUnknown(shape, host) && (writers.length === 0 || writers.some(isBlind)),
    },
  ];
}

/** A VirtualService that is not exported to the namespace of its Gateway is no route there. */
function hiddenFromGateway(mesh: Mesh, { resource, hosts, gateways }: Routes): readonly FoundFault[] {
  const exported =
    resource.kind === 'VirtualService'
      ? exportOf(resource, mesh.wide.defaultExportTo('VirtualService'))
      : null;
  if (exported === null) return [];
  const seenIn = exported.to.map((name) => (name === '.' ? resource.namespace : name));
  const blind = gateways.filter((name) => name !== 'mesh' && !seenIn.includes(name.split('/')[0] ?? ''));
  const [first] = blind;
  if (first === undefined) return [];
  const says = `is exported to ${seenIn.join(', ')} only, and not to the namespace of the Gateway ${first}`;
  return [
    {
      diagnosisId: 'no-route-for-authority',
      code: null,
      severity: 'warning',
      says: `${nameOf(resource)} ${says}`,
      places: () => [placeOf(resource, exported.path, says)],
      patch: () =>
        toPatch(resource, `export it to ${first.split('/')[0]} too`, [
          { path: exported.path, value: [...exported.to, first.split('/')[0]] },
        ]),
      fits: (shape) => isRouteMissing(shape) && asksFor(shape, hosts),
    },
  ];
}
