import type { Resource } from './resource.ts';
import type { Destination, PathCondition, Routes, Rule, RuleKind } from './routes.ts';
import type { Server } from './servers.ts';
import { listAt, numberAt, type Path, textAt, textsAt, type Value } from './value.ts';

const GROUP = 'gateway.networking.k8s.io/';

/** Kinds of routes, and what their rules are about. */
const ROUTE_KINDS: ReadonlyMap<string, RuleKind> = new Map([
  ['HTTPRoute', 'http'],
  ['GRPCRoute', 'http'],
  ['TLSRoute', 'tls'],
  ['TCPRoute', 'tcp'],
]);

/** True for resources of the Gateway API of Kubernetes, which has a Gateway too. */
export function isOfGatewayApi({ body }: Resource): boolean {
  return (textAt(body, 'apiVersion') ?? '').startsWith(GROUP);
}

/** The listeners of a Gateway in the terms of Istio. */
export function toListeners(resource: Resource): readonly Server[] {
  const { body, namespace, name } = resource;
  return listAt(body, 'spec', 'listeners').map((listener, i) => ({
    resource,
    gateway: `${namespace}/${name}`,
    port: numberAt(listener, 'port') ?? 0,
    protocol: (textAt(listener, 'protocol') ?? '').toUpperCase(),
    tlsMode: tlsModeOf(listener),
    certificate: textAt(listener, 'tls', 'certificateRefs', 0, 'name'),
    hosts: [textAt(listener, 'hostname') ?? '*'],
    // A selector of namespaces may take in any.
    from: [(textAt(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same') === 'Same' ? namespace : '*'],
    selector: `${namespace}/${name}`,
    labels: {},
    path: ['spec', 'listeners', i],
    hostsPath: null,
  }));
}

function tlsModeOf(listener: Value): string | null {
  const protocol = textAt(listener, 'protocol');
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return null;
  return textAt(listener, 'tls', 'mode') === 'Passthrough' ? 'PASSTHROUGH' : 'SIMPLE';
}

/** A route in the terms of Istio: bound to Gateways, or, with Services as parents, to the mesh. */
export function toApiRoutes(resource: Resource): readonly Routes[] {
  const kind = ROUTE_KINDS.get(resource.kind);
  if (kind === undefined) return [];
  const { body, namespace } = resource;
  const parents = listAt(body, 'spec', 'parentRefs').map((parent) => ({
    kind: textAt(parent, 'kind') ?? 'Gateway',
    name: textAt(parent, 'name') ?? '',
    namespace: textAt(parent, 'namespace') ?? namespace,
  }));
  const rules = listAt(body, 'spec', 'rules').map((rule, i) => toRule(resource, kind, rule, i));
  const destinations = rules.flatMap((rule) => rule.destinations);
  const names = textsAt(body, 'spec', 'hostnames');
  const gateways = parents
    .filter((parent) => parent.kind === 'Gateway')
    .map((parent) => `${parent.namespace}/${parent.name}`);
  const services = parents
    .filter((parent) => parent.kind === 'Service')
    .map((parent) => `${parent.name}.${parent.namespace}.svc.cluster.local`);
  return [
    ...(gateways.length === 0
      ? []
      : [{ resource, hosts: names.length === 0 ? ['*'] : names, gateways, rules, destinations }]),
    ...(services.length === 0
      ? []
      : [{ resource, hosts: services, gateways: ['mesh'], rules, destinations }]),
  ];
}

function toRule(resource: Resource, kind: RuleKind, rule: Value, i: number): Rule {
  const path: Path = ['spec', 'rules', i];
  const backends = listAt(rule, 'backendRefs');
  const weights = backends.map((backend) => numberAt(backend, 'weight') ?? 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const matches = listAt(rule, 'matches');
  return {
    kind,
    resource,
    path,
    conditions:
      matches.length === 0 ? [{ type: 'any', value: '', asksMore: false }] : matches.map(toCondition),
    destinations: backends.flatMap((backend, j): readonly Destination[] => {
      const name = textAt(backend, 'name');
      if (name === null || (textAt(backend, 'kind') ?? 'Service') !== 'Service') return [];
      return [
        {
          host: `${name}.${textAt(backend, 'namespace') ?? resource.namespace}.svc.cluster.local`,
          port: numberAt(backend, 'port'),
          subset: null,
          weight: backends.length < 2 || sum === 0 ? null : ((weights[j] ?? 0) * 100) / sum,
          resource,
          path: [...path, 'backendRefs', j],
          kind,
        },
      ];
    }),
  };
}

/** Conditions on paths. A method of gRPC is a path too. */
function toCondition(match: Value): PathCondition {
  const asksMore = ['headers', 'queryParams'].some((key) => listAt(match, key).length > 0);
  const value = textAt(match, 'path', 'value');
  const service = textAt(match, 'method', 'service');
  if (service !== null) {
    const method = textAt(match, 'method', 'method');
    return method === null
      ? { type: 'prefix', value: `/${service}/`, asksMore }
      : { type: 'exact', value: `/${service}/${method}`, asksMore };
  }
  const more = asksMore || textAt(match, 'method') !== null;
  if (value === null) return { type: 'any', value: '', asksMore: more };
  const type = textAt(match, 'path', 'type') ?? 'PathPrefix';
  if (type === 'Exact') return { type: 'exact', value, asksMore: more };
  if (type === 'RegularExpression') return { type: 'regex', value, asksMore: more };
  // A prefix of whole segments: `/api` and `/api/x`, and `/` is everything.
  return { type: 'prefix', value: value.replace(/\/$/, ''), asksMore: more };
}

/** True when a resource of another namespace may be named: a ReferenceGrant there says so. */
export function isGranted(grants: readonly Resource[], { resource, host }: Destination): boolean {
  const [name = '', namespace = ''] = host.split('.');
  if (namespace === resource.namespace) return true;
  return grants.some(
    (grant) =>
      grant.namespace === namespace &&
      listAt(grant.body, 'spec', 'from').some(
        (from) => textAt(from, 'kind') === resource.kind && textAt(from, 'namespace') === resource.namespace,
      ) &&
      listAt(grant.body, 'spec', 'to').some(
        (to) => textAt(to, 'kind') === 'Service' && (textAt(to, 'name') ?? name) === name,
      ),
  );
}
