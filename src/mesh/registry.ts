import { groupBy } from '../model/group-by.ts';
import { toFullName } from './host.ts';
import { toPort } from './host-ports.ts';
import type { Resource } from './resource.ts';
import { endpointOfPod, endpointsOfService, type Groups, type KnownWorkloads } from './service-endpoints.ts';
import { at, labelsAt, listAt, numberAt, type Path, selects, textAt, textsAt, type Value } from './value.ts';
import { makesPods, TEMPLATE_KINDS } from './workload-templates.ts';

/** A port under which a host is called. */
export interface HostPort {
  readonly number: number;
  readonly name: string;
  /** As declared or by the name of the port; empty where neither tells. */
  readonly protocol: string;
  /** Port of the endpoints; null where it is named. */
  readonly targetPort: number | null;
  readonly path: Path;
}

/** Where requests to a host end. */
export interface Endpoint {
  readonly address: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It has a proxy that speaks mutual TLS; null: not known. */
  readonly hasSidecar: boolean | null;
  readonly port: number | null;
  readonly resource: Resource;
  readonly path: Path;
}

/** A name that the mesh knows: of a Service or a ServiceEntry. */
export interface MeshHost {
  readonly name: string;
  readonly resource: Resource;
  readonly path: Path;
  readonly ports: readonly HostPort[];
  readonly addresses: readonly string[];
  /** Requests go to the address that was asked for: no load balancing. */
  readonly isHeadless: boolean;
  readonly isExternal: boolean;
  readonly resolution: string | null;
  /** Null where the resources that would tell were not given. */
  readonly endpoints: readonly Endpoint[] | null;
}

type ByKind = (kind: string) => readonly Resource[];

/** All hosts that the resources register. */
export function toHosts(all: ByKind): readonly MeshHost[] {
  const pods = groupByNamespace(all('Pod'));
  const slices = groupByNamespace([...all('EndpointSlice'), ...all('Endpoints')]);
  const workloads = groupByNamespace(all('WorkloadEntry'));
  const templates = groupByNamespace(TEMPLATE_KINDS.flatMap((kind) => all(kind)).filter(makesPods));
  const known = { pods, slices, templates, namespaces: all('Namespace') };
  return [
    ...all('Service').flatMap((service) => fromService(service, known)),
    ...all('ServiceEntry').flatMap((entry) => fromServiceEntry(entry, pods, workloads)),
  ];
}

function groupByNamespace(resources: readonly Resource[]): Groups {
  return groupBy(resources, ({ namespace }) => [namespace]);
}

function fromService(service: Resource, known: KnownWorkloads): readonly MeshHost[] {
  const { body, name, namespace } = service;
  // A Service of Knative or of another project is none.
  if (textAt(body, 'apiVersion') !== 'v1') return [];
  const ports = listAt(body, 'spec', 'ports').flatMap((item, i) =>
    toPort(item, ['spec', 'ports', i], 'port'),
  );
  const externalName = textAt(body, 'spec', 'type') === 'ExternalName';
  const clusterIp = textAt(body, 'spec', 'clusterIP');
  return [
    {
      name: `${name}.${namespace}.svc.cluster.local`,
      resource: service,
      path: ['metadata', 'name'],
      ports,
      addresses: clusterIp === null || clusterIp === 'None' ? [] : [clusterIp],
      isHeadless: clusterIp === 'None',
      isExternal: externalName,
      resolution: null,
      endpoints: externalName ? null : endpointsOfService(service, ports, known),
    },
  ];
}

function fromServiceEntry(entry: Resource, pods: Groups, workloads: Groups): readonly MeshHost[] {
  const { body, namespace } = entry;
  const resolution = textAt(body, 'spec', 'resolution') ?? 'NONE';
  const ports = listAt(body, 'spec', 'ports').flatMap((item, i) =>
    toPort(item, ['spec', 'ports', i], 'number'),
  );
  const wanted = labelsAt(body, 'spec', 'workloadSelector', 'labels');
  const listed = listAt(body, 'spec', 'endpoints').map((item, i) =>
    toEndpoint(item, entry, ['spec', 'endpoints', i], ports),
  );
  const selected =
    Object.keys(wanted).length === 0
      ? []
      : [
          ...(pods.get(namespace) ?? [])
            .filter((pod) => selects(wanted, labelsAt(pod.body, 'metadata', 'labels')))
            .map((pod) => endpointOfPod(pod, ports[0]?.targetPort ?? null)),
          ...(workloads.get(namespace) ?? [])
            .filter((item) => selects(wanted, labelsAt(item.body, 'spec', 'labels')))
            .map((item) => toEndpoint(at(item.body, ['spec']), item, ['spec'], ports)),
        ];
  const isUnknown = Object.keys(wanted).length > 0 && selected.length === 0;
  return textsAt(body, 'spec', 'hosts').map((host, i) => ({
    name: toFullName(host, namespace),
    resource: entry,
    path: ['spec', 'hosts', i],
    ports,
    addresses: textsAt(body, 'spec', 'addresses'),
    isHeadless: resolution === 'NONE',
    isExternal: textAt(body, 'spec', 'location') !== 'MESH_INTERNAL',
    resolution,
    endpoints: isUnknown ? null : [...listed, ...selected],
  }));
}

function toEndpoint(item: Value, resource: Resource, path: Path, ports: readonly HostPort[]): Endpoint {
  const labels = labelsAt(item, 'labels');
  const port = ports[0];
  return {
    address: textAt(item, 'address') ?? '',
    namespace: resource.namespace,
    labels,
    hasSidecar: labels['security.istio.io/tlsMode'] === 'istio',
    port: (port === undefined ? null : numberAt(item, 'ports', port.name)) ?? port?.targetPort ?? null,
    resource,
    path: [...path, 'address'],
  };
}
