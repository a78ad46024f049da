import type { Endpoint, HostPort } from './registry.ts';
import type { Resource } from './resource.ts';
import { has, labelsAt, listAt, selects, textAt, textsAt, type Value } from './value.ts';
import { endpointOfTemplate, podLabelsOf } from './workload-templates.ts';

/** Resources by their namespaces. */
export type Groups = ReadonlyMap<string, readonly Resource[]>;

/** What tells of the endpoints of a Service. */
export interface KnownWorkloads {
  readonly pods: Groups;
  readonly slices: Groups;
  readonly templates: Groups;
  readonly namespaces: readonly Resource[];
}

/** The endpoints of a Service: by its slices, else by its pods, else by what makes them; null where nothing tells. */
export function endpointsOfService(
  service: Resource,
  ports: readonly HostPort[],
  { pods, slices, templates, namespaces }: KnownWorkloads,
): readonly Endpoint[] | null {
  const { body, name, namespace } = service;
  const port = ports[0]?.targetPort ?? null;
  const own = slices.get(namespace) ?? [];
  const mine = own.filter(({ kind, ...slice }) =>
    kind === 'Endpoints'
      ? slice.name === name
      : labelsAt(slice.body, 'metadata', 'labels')['kubernetes.io/service-name'] === name,
  );
  const neighbours = pods.get(namespace) ?? [];
  if (mine.length > 0) return mine.flatMap((slice) => endpointsOfSlice(slice, port, neighbours));
  const wanted = labelsAt(body, 'spec', 'selector');
  if (Object.keys(wanted).length === 0) return null;
  // Manifests hold templates, a cluster their pods as well.
  if (neighbours.length === 0) {
    return (
      templates
        .get(namespace)
        ?.filter((template) => selects(wanted, podLabelsOf(template)))
        .map((template) => endpointOfTemplate(template, port, namespaces)) ?? null
    );
  }
  return neighbours
    .filter((pod) => selects(wanted, labelsAt(pod.body, 'metadata', 'labels')) && isReady(pod))
    .map((pod) => endpointOfPod(pod, port));
}

function isReady({ body }: Resource): boolean {
  const ready = listAt(body, 'status', 'conditions').find((item) => textAt(item, 'type') === 'Ready');
  return ready === undefined ? has(body, 'status', 'podIP') : textAt(ready, 'status') === 'True';
}

function endpointsOfSlice(
  slice: Resource,
  port: number | null,
  pods: readonly Resource[],
): readonly Endpoint[] {
  const found =
    slice.kind === 'Endpoints'
      ? listAt(slice.body, 'subsets').flatMap((subset) => listAt(subset, 'addresses'))
      : listAt(slice.body, 'endpoints').filter((item) => textAt(item, 'conditions', 'ready') !== 'false');
  return found.map((item, i) => {
    const target = textAt(item, 'targetRef', 'name');
    const pod = pods.find(({ name }) => name === target);
    const address = textAt(item, 'ip') ?? textsAt(item, 'addresses')[0] ?? '';
    return pod === undefined
      ? {
          address,
          namespace: slice.namespace,
          labels: {},
          hasSidecar: null,
          port,
          resource: slice,
          path: ['endpoints', i],
        }
      : { ...endpointOfPod(pod, port), address };
  });
}

/** A pod as an endpoint. */
export function endpointOfPod(pod: Resource, port: number | null): Endpoint {
  return {
    address: textAt(pod.body, 'status', 'podIP') ?? '',
    namespace: pod.namespace,
    labels: labelsAt(pod.body, 'metadata', 'labels'),
    hasSidecar: hasSidecar(pod.body),
    port,
    resource: pod,
    path: ['spec', 'containers'],
  };
}

function hasSidecar(pod: Value): boolean {
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')];
  return (
    containers.some((item) => textAt(item, 'name') === 'istio-proxy') ||
    textAt(pod, 'metadata', 'annotations', 'ambient.istio.io/redirection') === 'enabled' ||
    textAt(pod, 'metadata', 'labels', 'security.istio.io/tlsMode') === 'istio'
  );
}
