import type { ShapeView } from '../../model/shape-view.ts';
import { covers } from '../host.ts';
import type { Path, Value } from '../value.ts';
import { ipOf } from '../workload.ts';
import { fieldAt, fieldList, fieldNumber, fieldText, fieldTexts } from './field.ts';
import type { DumpItem, ProxyDump } from './proxy-dump.ts';

/** A filter chain of a listener. */
export interface Chain {
  readonly listener: DumpItem;
  readonly value: Value;
  /** Within the listener. */
  readonly path: Path;
}

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The listeners that take connections to the address which the line has as its local one. */
export function listenersAt(
  dump: ProxyDump,
  { downstreamLocalAddress, localPort }: ShapeView,
): readonly DumpItem[] {
  if (localPort == null) return [];
  const address = ipOf(downstreamLocalAddress);
  const atPort = dump.listeners.filter(
    ({ value }) => fieldNumber(value, 'address', 'socket_address', 'port_value') === localPort,
  );
  const addressOf = ({ value }: DumpItem): string =>
    fieldText(value, 'address', 'socket_address', 'address') ?? '';
  const exact = atPort.filter((listener) => addressOf(listener) === address);
  return exact.length > 0 ? exact : atPort.filter((listener) => EVERY_ADDRESS.has(addressOf(listener)));
}

/** What comes in for the workload itself: one listener takes all ports, and its chains ask for them. */
export function inboundListener(dump: ProxyDump): DumpItem | null {
  return dump.listeners.find(({ name }) => name === 'virtualInbound') ?? null;
}

/** The filter chains of a listener, the one for what no other takes last. */
function chainsOf(listener: DumpItem): readonly Chain[] {
  const fallback = fieldAt(listener.value, 'default_filter_chain');
  return [
    ...fieldList(listener.value, 'filter_chains').map((value, i) => ({
      listener,
      value,
      path: ['filter_chains', i],
    })),
    ...(fallback === undefined ? [] : [{ listener, value: fallback, path: ['default_filter_chain'] }]),
  ];
}

/** Chains that may take a connection with this server name. */
export function chainsFor(listener: DumpItem, serverName: string | null | undefined): readonly Chain[] {
  const chains = chainsOf(listener);
  if (serverName == null) return chains;
  const asking = chains.filter(({ value }) =>
    fieldTexts(value, 'filter_chain_match', 'server_names').some((name) => covers(name, serverName)),
  );
  return asking.length > 0
    ? asking
    : chains.filter(({ value }) => fieldTexts(value, 'filter_chain_match', 'server_names').length === 0);
}

/** The HTTP connection managers of a chain: configuration and path within the listener. */
export function managersOf({
  value,
  path,
}: Chain): readonly { readonly value: Value; readonly path: Path }[] {
  return fieldList(value, 'filters').flatMap((filter, i) => {
    const config = fieldAt(filter, 'typed_config');
    const isManager = (fieldText(config, '@type') ?? '').endsWith('HttpConnectionManager');
    return isManager ? [{ value: config, path: [...path, 'filters', i, 'typed_config'] }] : [];
  });
}

/** The route configurations that serve a line. */
export function routeConfigsFor(dump: ProxyDump, shape: ShapeView): readonly DumpItem[] {
  const found = listenersAt(dump, shape).flatMap((listener) =>
    chainsFor(listener, shape.requestedServerName)
      .flatMap(managersOf)
      .flatMap((manager) => configsOf(dump, listener, manager)),
  );
  return [...new Map(found.map((config) => [config.path.join(' '), config])).values()];
}

/** The routes of a connection manager: its own, or those that it gets by RDS. */
function configsOf(
  dump: ProxyDump,
  listener: DumpItem,
  { value, path }: { readonly value: Value; readonly path: Path },
): readonly DumpItem[] {
  const named = dump.routes.get(fieldText(value, 'rds', 'route_config_name') ?? '');
  const own = fieldAt(value, 'route_config');
  const kind = 'RouteConfiguration';
  return [
    ...(named === undefined ? [] : [named]),
    ...(own === undefined
      ? []
      : [
          {
            kind,
            name: fieldText(own, 'name') ?? '',
            value: own,
            path: [...listener.path, ...path, 'route_config'],
          },
        ]),
  ];
}

/** Which connections of a port the listener for what comes in takes; null where the dump does not show it. */
export interface Accepted {
  readonly tls: boolean;
  readonly plaintext: boolean;
  readonly chain: Chain;
}

/** What a proxy takes at a port of its workload: chains for the port come before those for all ports. */
export function acceptedAt(dump: ProxyDump, port: number): Accepted | null {
  const listener = inboundListener(dump);
  if (listener === null) return null;
  const chains = chainsOf(listener);
  const portOf = ({ value }: Chain): number | null =>
    fieldNumber(value, 'filter_chain_match', 'destination_port');
  const own = chains.filter((chain) => portOf(chain) === port);
  const used = own.length > 0 ? own : chains.filter((chain) => portOf(chain) === null);
  const [first] = used;
  if (first === undefined) return null;
  const isTls = ({ value }: Chain): boolean => fieldAt(value, 'transport_socket') !== undefined;
  return { tls: used.some(isTls), plaintext: used.some((chain) => !isTls(chain)), chain: first };
}
