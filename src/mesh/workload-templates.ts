import type { Endpoint } from './registry.ts';
import type { Resource } from './resource.ts';
import { at, labelsAt, type Path, textAt } from './value.ts';

/** Kinds that make pods from a template. */
export const TEMPLATE_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'] as const;

const TEMPLATE: Path = ['spec', 'template'];
const INJECT = 'sidecar.istio.io/inject';

/** True when the resource makes pods now. */
export function makesPods({ body }: Resource): boolean {
  return textAt(body, 'spec', 'replicas') !== '0';
}

/** Labels of the pods that the resource makes. */
export function podLabelsOf({ body }: Resource): Readonly<Record<string, string>> {
  return labelsAt(body, ...TEMPLATE, 'metadata', 'labels');
}

/** The pods of a resource as one endpoint, where the pods themselves were not given: their addresses are not known. */
export function endpointOfTemplate(
  resource: Resource,
  port: number | null,
  namespaces: readonly Resource[],
): Endpoint {
  return {
    address: `${resource.kind} ${resource.name}`,
    namespace: resource.namespace,
    labels: podLabelsOf(resource),
    hasSidecar: isInjected(resource, namespaces),
    port,
    resource,
    path: [...TEMPLATE, 'metadata', 'labels'],
  };
}

/** Its own word on the injection of a proxy, else that of its namespace; null where neither was given. */
function isInjected(resource: Resource, namespaces: readonly Resource[]): boolean | null {
  const { body, namespace } = resource;
  const own =
    podLabelsOf(resource)[INJECT] ?? labelsAt(body, ...TEMPLATE, 'metadata', 'annotations')[INJECT] ?? null;
  if (own !== null) return own === 'true';
  const place = namespaces.find(({ name }) => name === namespace);
  if (place === undefined || at(place.body, ['metadata', 'labels']) === undefined) return null;
  const labels = labelsAt(place.body, 'metadata', 'labels');
  return labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
}
