import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { type Check, type FoundFault, hasFlag, leadsTo } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import type { Setting } from '../mesh-wide.ts';
import { toNewFile, toPatch } from '../patch.ts';
import type { HostPort, MeshHost } from '../registry.ts';
import { nameOf, placeOf } from '../resource.ts';
import { type Path, textAt } from '../value.ts';

/** Ports that speak TLS by custom. */
const TLS_PORTS: ReadonlySet<number> = new Set([
  443, 465, 636, 853, 990, 993, 995, 5061, 5671, 6443, 8443, 8883, 9443,
]);
const PLAINTEXT_PORTS: ReadonlySet<number> = new Set([80, 8000, 8080]);
const ORIGINATING: ReadonlySet<string> = new Set(['SIMPLE', 'MUTUAL']);

interface ClientSide {
  readonly host: MeshHost;
  readonly port: HostPort;
  readonly subset: string | null;
  readonly tls: (Setting & { readonly root: Path }) | null;
}

/** What the client side does for each host, port and subset. */
function clientSides(mesh: Mesh): readonly ClientSide[] {
  return mesh.hosts.flatMap((host) => {
    const subsets = mesh.subsets(host).map(({ name }) => name);
    return host.ports.flatMap((port) =>
      [null, ...subsets].map((subset) => {
        const policy = mesh.policy(host, 'tls', port.number, subset);
        const mode = policy === null ? null : textAt(policy.value, 'mode');
        return {
          host,
          port,
          subset,
          tls:
            policy === null || mode === null
              ? null
              : { resource: policy.resource, path: [...policy.path, 'mode'], root: policy.path, value: mode },
        };
      }),
    );
  });
}

/** Both sides disagree on TLS, or the client side and what the port speaks. */
export const checkTls: Check = (mesh) =>
  clientSides(mesh).flatMap((side) => [
    ...plaintextToStrict(mesh, side),
    ...mtlsToPlaintext(side),
    ...mtlsToDisabled(mesh, side),
    ...originationToPlaintext(side),
    ...plaintextToTls(side),
    ...doubleTls(side),
  ]);

function isUpstreamFailure(shape: ShapeView): boolean {
  return (
    hasFlag(shape, 'UF', 'UC', 'URX', 'UPE') &&
    (shape.transportFailure == null || shape.transportFailure === 'reset')
  );
}

function isAnsweredInPlaintext(shape: ShapeView): boolean {
  return (
    hasFlag(shape, 'UF', 'URX') &&
    (shape.transportFailure === 'tlsWrongVersion' || shape.transportFailure === 'tlsOther')
  );
}

function plaintextToStrict(mesh: Mesh, { host, port, subset, tls }: ClientSide): readonly FoundFault[] {
  if (tls?.value !== 'DISABLE' || host.isExternal) return [];
  const { endpoints } = host;
  const servers = (endpoints ?? []).filter(({ hasSidecar }) => hasSidecar === true);
  // Without pods the namespace still has a policy, but nobody knows whether a proxy enforces it.
  if (servers.length === 0) return [];
  const modes = servers.map((endpoint) =>
    mesh.serverMode({ ...endpoint, port: port.targetPort ?? endpoint.port }),
  );
  const server = modes[0];
  if (server == null || modes.some((mode) => mode?.value !== 'STRICT')) return [];
  const says = `${host.name}:${port.number} is called in plaintext (tls.mode DISABLE), and its proxies take mutual TLS only (STRICT)`;
  return [
    {
      diagnosisId: 'tls-conflict-plaintext-to-strict',
      code: 'IST0113',
      severity: 'error',
      says,
      places: () => [
        placeOf(tls.resource, tls.path, `sets tls.mode DISABLE for ${host.name}`),
        placeOf(server.resource, server.path, 'demands mutual TLS (STRICT)'),
      ],
      patch: () =>
        toPatch(tls.resource, 'let the proxies of both sides use mutual TLS', [
          { path: tls.path, value: 'ISTIO_MUTUAL' },
        ]),
      fits: (shape) => leadsTo(shape, host, port.number, subset) && isUpstreamFailure(shape),
    },
  ];
}

function mtlsToPlaintext({ host, port, subset, tls }: ClientSide): readonly FoundFault[] {
  const wanted =
    tls?.value === 'ISTIO_MUTUAL' || (tls !== null && ORIGINATING.has(tls.value) && !host.isExternal);
  if (tls === null || !wanted || speaksTls(port)) return [];
  const endpoints = host.endpoints ?? [];
  const [first] = endpoints;
  // With other kinds of TLS a proxy in front of the server does not help: it ends mutual TLS of the mesh only.
  if (
    first === undefined ||
    (tls.value === 'ISTIO_MUTUAL' && endpoints.some(({ hasSidecar }) => hasSidecar !== false))
  )
    return [];
  if (tls.value !== 'ISTIO_MUTUAL' && port.protocol === '') return [];
  const isMesh = tls.value === 'ISTIO_MUTUAL';
  const reason = isMesh
    ? 'has no proxy that could speak mutual TLS'
    : `serves port ${port.number} as ${port.protocol}, without TLS`;
  return [
    {
      diagnosisId:
        host.isHeadless && isMesh ? 'headless-mtls-without-sidecar' : 'tls-conflict-mtls-to-plaintext',
      code: null,
      severity: 'error',
      says: `${host.name}:${port.number} is called with tls.mode ${tls.value}, and ${nameOf(first.resource)} ${reason}`,
      places: () => [
        placeOf(tls.resource, tls.path, `sets tls.mode ${tls.value} for ${host.name}`),
        isMesh ? placeOf(first.resource, first.path, reason) : placeOf(host.resource, port.path, reason),
      ],
      patch: () => toPatch(tls.resource, 'call it in plaintext', [{ path: tls.path, value: 'DISABLE' }]),
      fits: (shape) => leadsTo(shape, host, port.number, subset) && isAnsweredInPlaintext(shape),
    },
  ];
}

/** The proxies are there, and a PeerAuthentication turns their mutual TLS off. */
function mtlsToDisabled(mesh: Mesh, { host, port, subset, tls }: ClientSide): readonly FoundFault[] {
  if (tls?.value !== 'ISTIO_MUTUAL' || host.isExternal) return [];
  const servers = (host.endpoints ?? []).filter(({ hasSidecar }) => hasSidecar !== false);
  const modes = servers.map((endpoint) =>
    mesh.serverMode({ ...endpoint, port: port.targetPort ?? endpoint.port }),
  );
  const [server] = modes;
  if (server == null || modes.some((mode) => mode?.value !== 'DISABLE')) return [];
  return [
    {
      diagnosisId: 'tls-conflict-mtls-to-plaintext',
      code: 'IST0113',
      severity: 'error',
      says: `${host.name}:${port.number} is called with tls.mode ISTIO_MUTUAL, and its proxies take plaintext only (DISABLE)`,
      places: () => [
        placeOf(tls.resource, tls.path, `sets tls.mode ISTIO_MUTUAL for ${host.name}`),
        placeOf(server.resource, server.path, 'turns mutual TLS off (DISABLE)'),
      ],
      patch: () =>
        toPatch(server.resource, 'let the proxies take mutual TLS too', [
          { path: server.path, value: 'PERMISSIVE' },
        ]),
      fits: (shape) => leadsTo(shape, host, port.number, subset) && isAnsweredInPlaintext(shape),
    },
  ];
}

function speaksTls({ protocol, number, targetPort }: HostPort): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS' || TLS_PORTS.has(targetPort ?? number);
}

function originationToPlaintext({ host, port, subset, tls }: ClientSide): readonly FoundFault[] {
  if (tls === null || !ORIGINATING.has(tls.value) || !host.isExternal) return [];
  if (!PLAINTEXT_PORTS.has(port.targetPort ?? port.number) || port.protocol === 'HTTPS') return [];
  const target = port.targetPort ?? port.number;
  return [
    {
      diagnosisId: 'tls-origination-to-plaintext-port',
      code: null,
      severity: 'warning',
      says: `TLS is originated to port ${target} of ${host.name}, which speaks plaintext by custom`,
      places: () => [
        placeOf(tls.resource, tls.path, `originates TLS (${tls.value}) to ${host.name}`),
        placeOf(host.resource, port.path, `leads to port ${target}`),
      ],
      patch: () =>
        toPatch(host.resource, 'send to the port that speaks TLS', [
          { path: [...port.path, 'targetPort'], value: 443 },
        ]),
      fits: (shape) => leadsTo(shape, host, port.number, subset) && isAnsweredInPlaintext(shape),
    },
  ];
}

function plaintextToTls({ host, port, subset, tls }: ClientSide): readonly FoundFault[] {
  const target = port.targetPort ?? port.number;
  const isPlain = port.protocol.startsWith('HTTP') && port.protocol !== 'HTTPS';
  if (!isPlain || !TLS_PORTS.has(target) || (tls !== null && tls.value !== 'DISABLE')) return [];
  if (
    !host.isExternal &&
    host.resource.kind !== 'ServiceEntry' &&
    host.endpoints?.some(({ hasSidecar }) => hasSidecar !== false) !== false
  )
    return [];
  return [
    {
      diagnosisId: 'plaintext-to-tls-port',
      code: null,
      severity: 'warning',
      says: `${host.name}:${port.number} is sent on to port ${target} as plain ${port.protocol}, and no DestinationRule originates TLS`,
      places: () => [
        placeOf(
          host.resource,
          port.path,
          `declares ${port.protocol} and leads to port ${target}, a TLS port by custom`,
        ),
      ],
      patch: () => originate(host, tls),
      fits: (shape) => leadsTo(shape, host, port.number, subset) && isUpstreamFailure(shape),
    },
  ];
}

/** The rule that turns TLS off with TLS on, or a rule of its own. */
function originate(host: MeshHost, tls: ClientSide['tls']): MeshPatch | null {
  if (tls !== null) return toPatch(tls.resource, 'originate TLS', [{ path: tls.path, value: 'SIMPLE' }]);
  const { namespace, name } = host.resource;
  if (host.name.startsWith('*')) return null;
  return toNewFile(
    host.resource,
    `destinationrule-${name}-tls.yaml`,
    `DestinationRule ${namespace}/${name}-tls: originate TLS to ${host.name}`,
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: `${name}-tls`, namespace },
      spec: { host: host.name, trafficPolicy: { tls: { mode: 'SIMPLE', sni: host.name } } },
    },
  );
}

function doubleTls({ host, port, subset, tls }: ClientSide): readonly FoundFault[] {
  if (tls === null || !ORIGINATING.has(tls.value)) return [];
  if (port.protocol !== 'HTTPS' && port.protocol !== 'TLS') return [];
  return [
    {
      diagnosisId: 'double-tls',
      code: null,
      severity: 'warning',
      says: `Port ${port.number} of ${host.name} carries TLS of the caller (${port.protocol}), and tls.mode ${tls.value} puts TLS around it`,
      places: () => [
        placeOf(tls.resource, tls.path, `originates TLS (${tls.value}) to ${host.name}`),
        placeOf(host.resource, port.path, `declares ${port.protocol}: the caller speaks TLS already`),
      ],
      patch: () => toPatch(tls.resource, 'let the TLS of the caller through', [{ path: tls.root }]),
      fits: (shape) => leadsTo(shape, host, port.number, subset),
    },
  ];
}
