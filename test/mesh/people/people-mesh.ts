import { readFileSync } from 'node:fs';
import { type MadeLine, times } from '../made-lines.ts';

/** A mesh as people keep it, with the log of its fault. */
export interface PeopleMesh {
  readonly name: string;
  /** The cause. */
  readonly id: string;
  readonly mesh: string;
  /** What mends it: text of the mesh, and what stands there instead. */
  readonly mended: readonly [string, string];
  readonly log: readonly MadeLine[];
  /** The same calls once it is mended. */
  readonly healthy: readonly MadeLine[];
}

/** A file of `meshes`: whole, since the style of whoever wrote it is what it is for. */
export function readMesh(name: string): string {
  return readFileSync(new URL(`meshes/${name}.yaml`, import.meta.url), 'utf8');
}

/** Where gateways take HTTPS, HTTP, and the HTTP of the Gateway API. */
export const GATEWAY = '10.44.1.5:8443';
export const HTTP_GATEWAY = '10.44.1.5:80';
export const API_GATEWAY = '10.44.1.7:80';

/** A line of a sidecar that calls a service. */
export function call(host: string, port: number, upstreamHost: string, subset = ''): MadeLine {
  return {
    authority: `${host.split('.')[0]}:${port}`,
    cluster: `outbound|${port}|${subset}|${host}`,
    upstreamHost,
    local: `10.100.20.7:${port}`,
    route: 'default',
  };
}

/** What a line says of the caller of an HTTPS gateway. */
export function toGateway(host: string, path = '/'): MadeLine {
  return { authority: host, local: GATEWAY, sni: host, path };
}

/** A line of a sidecar that calls a host outside the mesh in plain HTTP. */
export function callOutside(host: string, upstreamHost: string, local = upstreamHost): MadeLine {
  return { authority: host, cluster: `outbound|80||${host}`, upstreamHost, local };
}

export function ok(line: MadeLine): readonly MadeLine[] {
  return times(12, { ...line, answer: line.answer ?? '200 -', details: 'via_upstream' });
}

/** Another service, which answers. */
export const OTHER = ok(call('audit.ops.svc.cluster.local', 8080, '10.44.3.3:8080'));

/** How proxies answer for an upstream or a route that is not there. */
export const NO_ENDPOINT: MadeLine = { answer: '503 UH', details: 'no_healthy_upstream', sizes: '0 19 0' };
export const NO_CLUSTER: MadeLine = { answer: '503 NC', details: 'cluster_not_found', sizes: '0 0 0' };
export const NO_ROUTE: MadeLine = { answer: '404 NR', details: 'route_not_found', sizes: '0 0 0' };
