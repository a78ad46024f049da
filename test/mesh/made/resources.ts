import { LEDGER } from './made-mesh.ts';

export const AUDIT = `apiVersion: v1
kind: Service
metadata: {name: audit, namespace: bank}
spec:
  clusterIP: 10.200.0.3
  selector: {app: audit}
  ports: [{name: http, port: 7000}]
`;

export function service(port: string): string {
  return `---
apiVersion: v1
kind: Service
metadata:
  name: ledger
  namespace: bank
spec:
  clusterIP: 10.200.0.4
  selector: {app: ledger}
  ports:
  - ${port}
`;
}

/** A resource of Istio in the namespace bank, or in that before the slash of its name. */
export function istio(kind: string, name: string, spec: string): string {
  const group = /Policy|Authentication$/.test(kind) ? 'security.istio.io/v1' : 'networking.istio.io/v1';
  const [namespace, own] = name.includes('/') ? name.split('/') : ['bank', name];
  return `---
apiVersion: ${group}
kind: ${kind}
metadata:
  name: ${own}
  namespace: ${namespace}
spec:
${spec.replace(/^/gm, '  ').trimEnd()}
`;
}

/** Routes of the Gateway. */
export function edgeRoutes(rules: string): string {
  return istio('VirtualService', 'edge', `hosts: [edge.bank.example]\ngateways: [ingress/edge]\n${rules}`);
}

/** Routes of the sidecars to the ledger. */
export function ledgerRoutes(rules: string): string {
  return istio('VirtualService', 'inner', `hosts: [ledger]\n${rules}`);
}

export const LEDGER_HTTP = service('{name: http-api, port: 8200, targetPort: 8200}');
export const POD = `---
apiVersion: v1
kind: Pod
metadata: {name: ledger-1, namespace: bank, labels: {app: ledger}}
spec:
  containers:
  - name: app
    ports: [{containerPort: 8200}]
  - name: istio-proxy
status: {podIP: 10.9.3.4, conditions: [{type: Ready, status: "True"}]}
`;
export const TLS_GATEWAY = istio(
  'Gateway',
  'ingress/edge',
  `selector: {app: edge}
servers:
- port: {number: 443, name: https, protocol: HTTPS}
  hosts: ["*/edge.bank.example"]
  tls:
    mode: SIMPLE
    credentialName: edge`,
);
export const HTTP_GATEWAY = istio(
  'Gateway',
  'ingress/edge',
  `selector: {app: edge}
servers:
- port: {number: 80, name: http, protocol: HTTP}
  hosts: ["*/edge.bank.example"]`,
);
export const API_GATEWAY = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
  - name: web
    port: 80
    protocol: HTTP
    hostname: edge.bank.example
    allowedRoutes: {namespaces: {from: All}}
`;

export function apiRoute(hostname: string, rule: string): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: edge, namespace: bank}
spec:
  parentRefs: [{name: edge, namespace: ingress}]
  hostnames:
  - ${hostname}
  rules:
${rule.replace(/^/gm, '  ').trimEnd()}
`;
}
export const SUBSETS = istio(
  'DestinationRule',
  'ledger',
  `host: ${LEDGER}
subsets:
- {name: blue, labels: {slot: blue}}
- {name: green, labels: {slot: green}}`,
);
