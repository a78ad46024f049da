import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { type Check, type FoundFault, noPatch } from '../fault.ts';
import { isNameOf } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import type { Setting } from '../mesh-wide.ts';
import { toNewFile } from '../patch.ts';
import { placeOf } from '../resource.ts';

/** Calls to what the registry does not hold. */
export const checkRegistry: Check = (mesh) =>
  mesh.registryOnly().flatMap((setting) => blocked(mesh, setting));

/** A host that is registered, as the line asked for it; addresses are none. */
function register(
  { resource }: Setting,
  { authorityName, authorityKind, localPort }: ShapeView,
): MeshPatch | null {
  if (authorityName == null || authorityKind !== 'name' || localPort == null) return null;
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(authorityName) || !authorityName.includes('.')) return null;
  const namespace = resource.kind === 'Sidecar' ? resource.namespace : 'istio-system';
  const name = authorityName.replaceAll('.', '-');
  return toNewFile(
    resource,
    `serviceentry-${name}.yaml`,
    `ServiceEntry ${namespace}/${name}: register ${authorityName}`,
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name, namespace },
      spec: {
        hosts: [authorityName],
        location: 'MESH_EXTERNAL',
        resolution: 'DNS',
        ports: [{ number: localPort, name: 'http', protocol: 'HTTP' }],
      },
    },
  );
}

function isBlocked(shape: ShapeView): boolean {
  return shape.clusterDirection === 'blackHole' || shape.routeName === 'block_all';
}

function blocked(mesh: Mesh, setting: Setting): readonly FoundFault[] {
  const says = 'Calls to hosts that are not registered are refused (REGISTRY_ONLY)';
  const place = () =>
    placeOf(setting.resource, setting.path, 'refuses hosts that are not registered (REGISTRY_ONLY)');
  const addresses = new Set(mesh.hosts.flatMap((host) => host.addresses));
  const byAddress = new Map(
    mesh.hosts.flatMap((host) =>
      (host.endpoints ?? []).map((endpoint) => [endpoint.address, { host, endpoint }] as const),
    ),
  );
  const ipOf = (text: string | null | undefined): string => (text ?? '').replace(/:\d+$/, '');
  const isRegistered = (shape: ShapeView): boolean => {
    const { authorityName } = shape;
    if (authorityName != null && mesh.hosts.some(({ name }) => isNameOf(authorityName, name))) return true;
    return addresses.has(ipOf(shape.downstreamLocalAddress));
  };
  const known = [...byAddress].find(([, { host }]) => !host.isHeadless);
  const faults: FoundFault[] = [
    {
      diagnosisId: 'registry-only-blocked',
      code: null,
      severity: 'info',
      says,
      places: () => [place()],
      patch: (lines) => (lines === undefined ? null : register(setting, lines.shape)),
      fits: (shape) =>
        isBlocked(shape) && !isRegistered(shape) && !byAddress.has(ipOf(shape.downstreamLocalAddress)),
    },
  ];
  if (known === undefined) return faults;
  const [, { host, endpoint }] = known;
  faults.push({
    diagnosisId: 'registry-pod-ip-authority',
    code: null,
    severity: 'info',
    says: `Endpoints like those of ${host.name} cannot be called by their address: it is not registered (REGISTRY_ONLY)`,
    places: () => [
      place(),
      placeOf(
        endpoint.resource,
        endpoint.path,
        `${endpoint.address} is an endpoint of ${host.name}, not a registered host`,
      ),
    ],
    patch: noPatch,
    fits: (shape) =>
      isBlocked(shape) &&
      shape.authorityKind !== 'name' &&
      byAddress.get(ipOf(shape.authority ?? shape.downstreamLocalAddress))?.host.isHeadless === false,
  });
  return faults;
}
