import { mayMatch, type PathCondition } from '../routes.ts';
import type { Path, Value } from '../value.ts';
import { fieldAt, fieldList, fieldText, fieldTexts } from './field.ts';
import type { DumpItem } from './proxy-dump.ts';

/** A part of a route configuration. */
export interface RoutePart {
  readonly config: DumpItem;
  readonly value: Value;
  /** Within the route configuration. */
  readonly path: Path;
}

/** Domains by how they are written, the best fitting last; among those of one kind the longer fits better. */
const RANKS = { any: 1, prefix: 1000, suffix: 2000, exact: 4000 } as const;

/** How well a domain fits an authority; 0 for not. No domain is as long as the ranks are apart. */
function rankOf(domain: string, authority: string): number {
  const wanted = domain.toLowerCase();
  if (wanted === authority) return RANKS.exact;
  if (wanted === '*') return RANKS.any;
  if (wanted.startsWith('*')) return authority.endsWith(wanted.slice(1)) ? RANKS.suffix + wanted.length : 0;
  const isPrefix = wanted.endsWith('*') && authority.startsWith(wanted.slice(0, -1));
  return isPrefix ? RANKS.prefix + wanted.length : 0;
}

/** Virtual hosts that were looked up, by the value of their route configuration. */
const found = new WeakMap<object, Map<string, RoutePart | null>>();

/** The virtual host that takes an authority, as Envoy chooses it; null where there is none. */
export function virtualHostFor(config: DumpItem, authority: string): RoutePart | null {
  const { value } = config;
  if (typeof value !== 'object' || value === null) return null;
  const known = found.get(value) ?? new Map<string, RoutePart | null>();
  found.set(value, known);
  const part = known.get(authority);
  if (part !== undefined) return part;
  const searched = searchVirtualHost(config, authority);
  known.set(authority, searched);
  return searched;
}

function searchVirtualHost(config: DumpItem, authority: string): RoutePart | null {
  const ignoresPort = fieldText(config.value, 'ignore_port_in_host_matching') === 'true';
  const host = (ignoresPort ? authority.replace(/:\d+$/, '') : authority).toLowerCase();
  const [best] = fieldList(config.value, 'virtual_hosts')
    .map((value, i) => ({
      part: { config, value, path: ['virtual_hosts', i] },
      rank: Math.max(0, ...fieldTexts(value, 'domains').map((domain) => rankOf(domain, host))),
    }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank);
  return best?.part ?? null;
}

const MATCHERS = [
  ['path', 'exact'],
  ['prefix', 'prefix'],
  ['path_separated_prefix', 'prefix'],
  ['safe_regex', 'regex'],
] as const;

function toCondition(match: Value): PathCondition {
  const asksMore = fieldList(match, 'headers').length + fieldList(match, 'query_parameters').length > 0;
  for (const [key, type] of MATCHERS) {
    const value = fieldAt(match, key);
    if (value !== undefined) return { type, value: typeof value === 'string' ? value : '', asksMore };
  }
  return { type: 'any', value: '', asksMore };
}

/** Routes of a virtual host that a path may take, in order. The first that asks for no more than a path ends the list. */
export function routesFor(host: RoutePart, path: string): readonly RoutePart[] {
  const found: RoutePart[] = [];
  for (const [i, value] of fieldList(host.value, 'routes').entries()) {
    const condition = toCondition(fieldAt(value, 'match'));
    if (!mayMatch(condition, path)) continue;
    found.push({ config: host.config, value, path: [...host.path, 'routes', i] });
    if (!condition.asksMore && condition.type !== 'regex' && !path.includes('*')) break;
  }
  return found;
}

/** Clusters to which a route leads, each with the path within the route that names it. */
export function clustersOf({ value }: RoutePart): readonly (readonly [name: string, path: Path])[] {
  const single = fieldText(value, 'route', 'cluster');
  const weighted = fieldList(value, 'route', 'weighted_clusters', 'clusters').flatMap((item, i) => {
    const name = fieldText(item, 'name');
    const path: Path = ['route', 'weighted_clusters', 'clusters', i, 'name'];
    return name === null ? [] : [[name, path] as const];
  });
  return [...(single === null ? [] : [[single, ['route', 'cluster']] as const]), ...weighted];
}

/** Names of the first virtual hosts, or domains where they have none. */
export function namesOf({ value }: DumpItem, most: number): readonly string[] {
  return fieldList(value, 'virtual_hosts')
    .slice(0, most)
    .map((host) => fieldText(host, 'name') ?? fieldTexts(host, 'domains')[0] ?? '');
}
