/** What a test wants to say of a proxy; the rest of its dump is made up. */
export interface MadeDump {
  readonly node?: string;
  readonly clusters?: readonly object[];
  readonly clusterEntries?: readonly object[];
  readonly listeners?: readonly object[];
  readonly listenerEntries?: readonly object[];
  readonly routes?: readonly object[];
  readonly routeEntries?: readonly object[];
  readonly secrets?: readonly object[];
  readonly warmingSecrets?: readonly object[];
  readonly endpoints?: readonly object[];
}

export const CLIENT_NODE = 'sidecar~203.0.113.8~shop-7d9c8b5f4-x2k9q.store~store.svc.cluster.local';
export const SERVER_NODE = 'sidecar~198.51.100.21~cart-6b5d4c7f98-m4n7p.store~store.svc.cluster.local';

const AT = '2026-09-14T07:01:12.345Z';
const TYPES = 'type.googleapis.com/envoy.';

/** Text as `/config_dump` of Envoy prints it. */
export function toDumpText(made: MadeDump): string {
  return `${JSON.stringify({ configs: toSections(made) }, null, 1)}\n`;
}

function toSections(made: MadeDump): readonly object[] {
  const id = made.node ?? CLIENT_NODE;
  const wrap = (key: string, items: readonly object[] = []): readonly object[] =>
    items.map((item) => ({ version_info: '7', [key]: item, last_updated: AT }));
  return [
    {
      '@type': `${TYPES}admin.v3.BootstrapConfigDump`,
      bootstrap: { node: { id, metadata: { INSTANCE_IPS: id.split('~')[1], LABELS: { app: 'x' } } } },
      last_updated: AT,
    },
    {
      '@type': `${TYPES}admin.v3.ClustersConfigDump`,
      static_clusters: [{ cluster: { name: 'xds-grpc', type: 'STATIC' }, last_updated: AT }],
      dynamic_active_clusters: [...wrap('cluster', made.clusters), ...(made.clusterEntries ?? [])],
    },
    {
      '@type': `${TYPES}admin.v3.EndpointsConfigDump`,
      dynamic_endpoint_configs: wrap('endpoint_config', made.endpoints),
    },
    {
      '@type': `${TYPES}admin.v3.ListenersConfigDump`,
      dynamic_listeners: [
        ...(made.listeners ?? []).map((listener) => ({
          name: Reflect.get(listener, 'name'),
          active_state: { version_info: '7', listener, last_updated: AT },
        })),
        ...(made.listenerEntries ?? []),
      ],
    },
    {
      '@type': `${TYPES}admin.v3.RoutesConfigDump`,
      dynamic_route_configs: [...wrap('route_config', made.routes), ...(made.routeEntries ?? [])],
    },
    {
      '@type': `${TYPES}admin.v3.SecretsConfigDump`,
      dynamic_active_secrets: wrap('secret', made.secrets),
      dynamic_warming_secrets: wrap('secret', made.warmingSecrets),
    },
  ];
}

/** An HTTP listener on all addresses whose routes come by RDS. */
export function httpListener(port: number, rds: string, httpFilters: readonly object[] = []): object {
  return {
    name: `0.0.0.0_${port}`,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: manager({ rds: { route_config_name: rds } }, httpFilters),
          },
        ],
      },
    ],
    traffic_direction: 'OUTBOUND',
  };
}

/** A connection manager with the filters before its router. */
function manager(more: object, httpFilters: readonly object[] = []): object {
  return {
    '@type': `${TYPES}extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'outbound',
    ...more,
    http_filters: [...httpFilters, { name: 'envoy.filters.http.router' }],
  };
}

/** A route configuration: domains and routes of each virtual host. */
export function routeConfig(name: string, hosts: Readonly<Record<string, readonly object[]>>): object {
  return {
    name,
    virtual_hosts: Object.entries(hosts).map(([domain, routes]) => ({
      name: `${domain}:80`,
      domains: [domain, `${domain}:80`],
      routes,
    })),
    ignore_port_in_host_matching: true,
  };
}

/** A route to a cluster, with more of its action. */
export function route(prefix: string, cluster: string, more: object = {}): object {
  return {
    match: { prefix, case_sensitive: true },
    route: { cluster, timeout: '0s', ...more },
    name: 'default',
  };
}

/** A cluster without limits. */
export function cluster(name: string, more: object = {}): object {
  const most = 4_294_967_295;
  return {
    name,
    type: 'EDS',
    connect_timeout: '10s',
    circuit_breakers: {
      thresholds: [
        { max_connections: most, max_pending_requests: most, max_requests: most, max_retries: most },
      ],
    },
    ...more,
  };
}

/** TLS of a client: of the mesh, or of its own with a secret. */
export function upstreamTls(secret = 'default', alpn = 'istio'): object {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': `${TYPES}extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
      common_tls_context: {
        alpn_protocols: [alpn, 'h2'],
        tls_certificate_sds_secret_configs: [{ name: secret, sds_config: {} }],
      },
    },
  };
}

/** What comes in at a port: with TLS, without, or both. */
export function inbound(port: number, takes: readonly ('tls' | 'plaintext')[]): object {
  return {
    name: 'virtualInbound',
    address: { socket_address: { address: '0.0.0.0', port_value: 15006 } },
    filter_chains: takes.map((kind) => ({
      filter_chain_match: {
        destination_port: port,
        transport_protocol: kind === 'tls' ? 'tls' : 'raw_buffer',
      },
      filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager({}) }],
      ...(kind === 'tls' ? { transport_socket: { name: 'envoy.transport_sockets.tls' } } : {}),
    })),
    traffic_direction: 'INBOUND',
  };
}

/** The same text with the field names of istioctl. */
export function toCamelCase(text: string): string {
  return text.replace(/"([a-z]+(?:_[a-z0-9]+)+)":/g, (_, key: string) => {
    const camel = key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    return `"${camel}":`;
  });
}
