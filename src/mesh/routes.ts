import { toFullName } from './host.ts';
import type { Resource } from './resource.ts';
import { has, listAt, numberAt, type Path, textAt, textsAt } from './value.ts';

/** Where a route leads. */
export interface Destination {
  readonly host: string;
  readonly port: number | null;
  readonly subset: string | null;
  /** Of all requests of its rule, in percent; null where it is the only one. */
  readonly weight: number | null;
  readonly resource: Resource;
  /** Of the destination in the resource. */
  readonly path: Path;
  readonly kind: RuleKind;
}

export type RuleKind = 'http' | 'tls' | 'tcp';

/** What a rule asks of the path of a request; `any` where it asks for none. */
export interface PathCondition {
  readonly type: 'any' | 'exact' | 'prefix' | 'regex';
  readonly value: string;
  /** It asks for more than the path: a header, a method. */
  readonly asksMore: boolean;
}

/** One rule of a route resource. */
export interface Rule {
  readonly kind: RuleKind;
  readonly resource: Resource;
  readonly path: Path;
  readonly destinations: readonly Destination[];
  /** Any of them is enough. */
  readonly conditions: readonly PathCondition[];
}

/** A VirtualService, or a route of the Gateway API, after the rules for names. */
export interface Routes {
  readonly resource: Resource;
  readonly hosts: readonly string[];
  /** `namespace/name`, or `mesh`. */
  readonly gateways: readonly string[];
  readonly rules: readonly Rule[];
  readonly destinations: readonly Destination[];
}

const EVERY_PATH: PathCondition = { type: 'any', value: '', asksMore: false };

/** Finds the VirtualService that another one delegates to: by `namespace/name`. */
export type FindDelegate = (key: string) => Resource | undefined;

/** What a VirtualService says, together with those that it delegates to. */
export function toRoutes(resource: Resource, findDelegate: FindDelegate): Routes {
  const { body, namespace } = resource;
  const gateways = textsAt(body, 'spec', 'gateways').map((name) =>
    name === 'mesh' || name.includes('/') ? name.replace(/^\.\//, `${namespace}/`) : `${namespace}/${name}`,
  );
  const own = rulesOf(resource);
  const rules = own.flatMap((rule) => {
    const delegate = delegateOf(rule);
    const target = delegate === null ? undefined : findDelegate(delegate);
    return target === undefined || target === resource ? [rule] : [rule, ...rulesOf(target)];
  });
  return {
    resource,
    hosts: textsAt(body, 'spec', 'hosts').map((host) => toFullName(host, namespace)),
    gateways: gateways.length === 0 ? ['mesh'] : gateways,
    rules,
    destinations: rules.flatMap(({ destinations }) => destinations),
  };
}

/** `namespace/name` of the VirtualService that a rule delegates to. */
export function delegateOf({ resource, path }: Rule): string | null {
  const name = textAt(resource.body, ...path, 'delegate', 'name');
  if (name === null) return null;
  return `${textAt(resource.body, ...path, 'delegate', 'namespace') ?? resource.namespace}/${name}`;
}

function rulesOf(resource: Resource): readonly Rule[] {
  return (['http', 'tls', 'tcp'] as const).flatMap((kind) =>
    listAt(resource.body, 'spec', kind).map((rule, i): Rule => {
      const path: Path = ['spec', kind, i];
      const routes = listAt(rule, 'route');
      const matches = listAt(rule, 'match');
      return {
        kind,
        resource,
        path,
        conditions: matches.length === 0 ? [EVERY_PATH] : matches.map(toCondition),
        destinations: [
          ...routes.flatMap((route, j) =>
            toDestination(resource, kind, {
              path: [...path, 'route', j, 'destination'],
              weight: routes.length < 2 ? null : numberAt(route, 'weight'),
            }),
          ),
          ...(has(rule, 'mirror')
            ? toDestination(resource, kind, { path: [...path, 'mirror'], weight: null })
            : []),
        ],
      };
    }),
  );
}

const PATH_TYPES = ['exact', 'prefix', 'regex'] as const;

function toCondition(match: unknown): PathCondition {
  const asks = Object.keys(typeof match === 'object' && match !== null ? match : {});
  const asksMore = asks.some((key) => key !== 'uri' && key !== 'name' && key !== 'gateways');
  for (const type of PATH_TYPES) {
    const value = textAt(match, 'uri', type);
    if (value !== null) return { type, value, asksMore };
  }
  return { ...EVERY_PATH, asksMore };
}

function toDestination(
  resource: Resource,
  kind: RuleKind,
  { path, weight }: Pick<Destination, 'path' | 'weight'>,
): readonly Destination[] {
  const { body, namespace } = resource;
  const host = textAt(body, ...path, 'host');
  if (host === null) return [];
  return [
    {
      host: toFullName(host, namespace),
      port: numberAt(body, ...path, 'port', 'number'),
      subset: textAt(body, ...path, 'subset'),
      weight,
      resource,
      path,
      kind,
    },
  ];
}

/** True when a path may meet the condition. Ids in it are masked by `*`, which may stand for anything. */
export function mayMatch({ type, value }: PathCondition, path: string): boolean {
  const known = path.split('*', 1)[0] ?? '';
  const isWhole = known === path;
  if (type === 'any' || type === 'regex') return true;
  if (isWhole) return type === 'exact' ? path === value : path.startsWith(value);
  return value.startsWith(known) || (type === 'prefix' && known.startsWith(value));
}
