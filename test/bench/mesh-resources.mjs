// Resources of a mesh as kubectl lists them: each service with two pods, a DestinationRule and a VirtualService.

const NAMESPACES = 20;

/**
 * @param {string} kind
 * @param {string} apiVersion
 * @param {string} name
 * @param {number} i
 * @param {string} rest lines of the resource
 */
function resource(kind, apiVersion, name, i, rest) {
  return `- apiVersion: ${apiVersion}
  kind: ${kind}
  metadata:
    creationTimestamp: "2026-01-01T00:00:00Z"
    generation: 1
    name: ${name}
    namespace: ns${i % NAMESPACES}
    resourceVersion: "${1000 + i}"
    labels:
      app: svc${i}
${rest}`;
}

/**
 * A list of kubectl with five resources for each service.
 * @param {number} services
 */
export function makeMeshList(services) {
  const istio = 'networking.istio.io/v1';
  const items = Array.from({ length: services }, (_, i) => {
    const name = `svc${i}`;
    const address = `${i >> 8}.${i & 255}`;
    const pods = [0, 1].map((n) =>
      resource(
        'Pod',
        'v1',
        `${name}-${n}`,
        i,
        `      version: v${n}
  spec:
    containers:
    - name: app
      ports:
      - containerPort: 8080
    - name: istio-proxy
  status:
    podIP: 10.${n + 1}.${address}
    conditions:
    - type: Ready
      status: "True"`,
      ),
    );
    return [
      resource(
        'Service',
        'v1',
        name,
        i,
        `  spec:
    clusterIP: 10.96.${address}
    selector:
      app: ${name}
    ports:
    - name: http
      port: 80
      targetPort: 8080`,
      ),
      ...pods,
      resource(
        'DestinationRule',
        istio,
        name,
        i,
        `  spec:
    host: ${name}
    trafficPolicy:
      tls:
        mode: ISTIO_MUTUAL
    subsets:
    - name: v0
      labels:
        version: v0`,
      ),
      resource(
        'VirtualService',
        istio,
        name,
        i,
        `  spec:
    hosts:
    - ${name}
    http:
    - route:
      - destination:
          host: ${name}
          subset: v0`,
      ),
    ].join('\n');
  });
  return `apiVersion: v1\nitems:\n${items.join('\n')}\nkind: List\n`;
}
