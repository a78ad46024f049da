import { type Check, type FoundFault, hasFlag, leadsTo } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import type { Endpoint, HostPort, MeshHost } from '../registry.ts';
import { nameOf, placeOf } from '../resource.ts';
import { has, listAt, numberAt } from '../value.ts';
import { ipOf } from '../workload.ts';

/** Ports whose protocol Istio knows or never guesses. */
const AUTO_DETECTED: ReadonlySet<number> = new Set([53, 443, 3306, 5432, 6379, 9042, 27017]);
/** Protocols whose requests are passed on as bytes. */
const OPAQUE: ReadonlySet<string> = new Set(['', 'TCP']);

/** Services that lack what rules need, and whose ports lead nowhere. */
export const checkServices: Check = (mesh) => {
  const withHttpRules = new Set(
    mesh.routes
      .filter(({ rules }) => rules.some(({ kind }) => kind === 'http'))
      .flatMap(({ hosts, destinations }) => [...hosts, ...destinations.map(({ host }) => host)]),
  );
  return mesh.hosts.flatMap((host) =>
    host.ports.flatMap((port) => [
      ...unnamedProtocol(host, port, withHttpRules.has(host.name)),
      ...closedPort(mesh, host, port),
    ]),
  );
};

function unnamedProtocol(host: MeshHost, port: HostPort, isRuled: boolean): readonly FoundFault[] {
  const { protocol, number, name } = port;
  const { resource } = host;
  if (!OPAQUE.has(protocol) || AUTO_DETECTED.has(number)) return [];
  if (protocol === 'TCP' ? !isRuled : resource.kind !== 'Service') return [];
  const says =
    protocol === 'TCP'
      ? `Port ${number} of ${nameOf(resource)} is declared as TCP, and a route has HTTP rules for it: they never meet its requests`
      : `Port ${number} of ${nameOf(resource)} says no protocol in its name${name === '' ? '' : ` (${name})`} and has no appProtocol`;
  return [
    {
      diagnosisId: isRuled ? 'service-requirements-not-met' : null,
      code: protocol === 'TCP' ? null : 'IST0118',
      severity: isRuled ? 'warning' : 'info',
      says,
      places: () => [
        placeOf(
          resource,
          [...port.path, 'name'],
          protocol === 'TCP'
            ? `declares port ${number} as TCP`
            : 'names no protocol: it is guessed from the first bytes',
        ),
      ],
      patch: () =>
        resource.kind === 'Service'
          ? toPatch(resource, 'declare the protocol', [
              { path: [...port.path, 'appProtocol'], value: 'http' },
            ])
          : toPatch(resource, 'declare the protocol', [{ path: [...port.path, 'protocol'], value: 'HTTP' }]),
      fits: (shape) =>
        isRuled &&
        leadsTo(shape, host, number, null) &&
        shape.layer === 'tcp' &&
        shape.responseFlags.length === 0,
    },
  ];
}

/** The Service leads to a port that no container declares. What is not declared may be open, so only refusals prove it. */
function closedPort(mesh: Mesh, host: MeshHost, port: HostPort): readonly FoundFault[] {
  const { targetPort } = port;
  if (host.resource.kind !== 'Service' || targetPort === null) return [];
  const pods = (host.endpoints ?? []).filter(({ resource }) => resource.kind === 'Pod');
  const closed = pods.filter((pod) => declaresOther(pod, targetPort));
  const [first] = closed;
  if (first === undefined || closed.length < pods.length) return [];
  const declared = portsOf(first).join(', ');
  const common = {
    code: null,
    severity: null,
    says: `${host.name}:${port.number} leads to port ${targetPort} of its pods, whose containers declare ${declared}`,
    places: () => [
      placeOf(host.resource, [...port.path, 'targetPort'], `leads to port ${targetPort}`),
      placeOf(first.resource, ['spec', 'containers', 0, 'ports'], `declares the ports ${declared} only`),
    ],
    patch: () => {
      const [only, ...more] = portsOf(first);
      return only === undefined || more.length > 0
        ? null
        : toPatch(host.resource, `lead to the port that the container declares, ${only}`, [
            { path: [...port.path, 'targetPort'], value: only },
          ]);
    },
  } as const;
  return [
    {
      ...common,
      diagnosisId: 'connection-refused',
      fits: (shape) => leadsTo(shape, host, port.number, null) && shape.transportFailure === 'refused',
    },
    {
      ...common,
      diagnosisId: 'app-not-listening',
      fits: (shape) =>
        shape.clusterDirection === 'inbound' &&
        hasFlag(shape, 'UF') &&
        shape.localPort === targetPort &&
        mesh.endpointAt(ipOf(shape.downstreamLocalAddress))?.resource === first.resource,
    },
  ];
}

function portsOf({ resource }: Endpoint): readonly number[] {
  return listAt(resource.body, 'spec', 'containers').flatMap((container) =>
    listAt(container, 'ports').flatMap((port) => numberAt(port, 'containerPort') ?? []),
  );
}

/** It declares ports, and this one is not among them. */
function declaresOther(pod: Endpoint, port: number): boolean {
  const hasNames = has(pod.resource.body, 'spec', 'containers', 0, 'ports');
  return hasNames && portsOf(pod).length > 0 && !portsOf(pod).includes(port);
}
