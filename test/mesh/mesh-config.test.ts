import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCollect } from '../../src/command/collect.ts';
import { runLint } from '../../src/command/lint.ts';
import type { Report } from '../../src/model/report.ts';
import { renderLint } from '../../src/render.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';
import { sarifErrors } from '../support/sarif.ts';
import { createTerminal } from '../support/terminal.ts';

const HOST = 'cart.shop.svc.cluster.local';

function line(code: string, authority: string, cluster: string): string {
  return `[2026-05-04T10:00:00.000Z] "GET / HTTP/1.1" ${code} - "-" 0 19 0 - "-" "curl/8" "id" "${authority}" "-" ${cluster} - 192.0.2.9:80 192.0.2.1:40000 - default`;
}

const UNREGISTERED = line('503 NC cluster_not_found', 'front.example.com', '-');
const OVERFLOW = line(
  '503 UO upstream_reset_before_response_started{overflow}',
  HOST,
  `outbound|80||${HOST}`,
);

function entry(host: string): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: cart, namespace: shop}
spec:
  hosts: [${host}]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: 192.0.2.7}]
`;
}

function limits(host: string): string {
  return `${entry(host)}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: cart
  namespace: shop
spec:
  host: ${host}
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 1
`;
}

const CHAIN = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: front, namespace: shop}
spec:
  hosts: [front.example.com]
  http:
  - route:
    - destination: {host: greeter}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: greeter, namespace: shop}
spec:
  hosts: [greeter]
  http:
  - directResponse: {status: 200}
`;

async function analyseWith(log: string, mesh: string): Promise<Report> {
  const folder = folderOf({ 'access.log': `${log}\n${log}\n${log}\n`, 'mesh.yaml': mesh });
  return analyseWithMesh([join(folder, 'access.log')], [join(folder, 'mesh.yaml')]);
}

test('confirms a cause that the configuration proves, with its place and a patch', async () => {
  const { findings } = await analyseWith(OVERFLOW, limits(HOST));
  expect(findings[0]).toMatchObject({
    diagnosis: { id: 'circuit-breaker-overflow' },
    status: 'confirmed',
    meshConfig: [{ line: 20, resource: 'DestinationRule shop/cart', supports: true }],
  });
  expect(findings[0]?.fixes[0]?.diff).toContain('+        maxConnections: 1024');
});

test('confirms nothing by the configuration of another mesh, and says what it does not know', async () => {
  const { findings, notes } = await analyseWith(OVERFLOW, limits('other.shop.svc.cluster.local'));
  expect(findings[0]).toMatchObject({ status: 'likely', meshConfig: [] });
  expect(notes.join(' ')).toContain(`does not know ${HOST}`);
});

test('names a cause that the log alone ranks second, and says what is ruled out', async () => {
  const { findings, notes } = await analyseWith(UNREGISTERED, CHAIN);
  expect(findings[0]).toMatchObject({
    diagnosis: { id: 'virtual-service-to-virtual-service' },
    status: 'confirmed',
  });
  expect(notes.join(' ')).toContain('rules out cluster-not-found');
});

test('refuses a folder without configuration, and files that hold none', async () => {
  await expect(analyseWith(OVERFLOW, '# nothing\n')).resolves.toMatchObject({
    notes: expect.arrayContaining([
      expect.stringMatching(/^Not all was read: the mesh configuration .* holds no resource/),
    ]),
  });
  await expect(lintMesh([folderOf({ 'a.txt': '' })])).rejects.toMatchObject({ code: 'NOTHING_READ' });
  await expect(lintMesh([folderOf({ 'a.yaml': 'a: 1\n' })])).rejects.toMatchObject({
    code: 'NOTHING_RECOGNISED',
    message: expect.stringMatching(/^no resource of Kubernetes or Istio in \S+$/),
  });
  await expect(lintMesh(['no-such-folder'])).rejects.toMatchObject({ code: 'UNREADABLE_INPUT' });
});

test('lint prints faults with their places and ends with the status of --fail-on', async () => {
  const folder = folderOf({ 'mesh.yaml': limits(HOST), 'bad.yaml': 'a: {{ b }\n' });
  const terminal = createTerminal();
  expect(await runLint([folder], {}, terminal)).toBe(0);
  expect(terminal.shown.stdout).toContain('[circuit-breaker-overflow]');
  expect(terminal.shown.stdout).toContain('mesh.yaml:20 DestinationRule shop/cart');
  expect(terminal.shown.stdout).toContain('Not read: ');
  expect(await runLint([folder], { failOn: ['error'] }, terminal)).toBe(0);
  expect(await runLint([folder], { failOn: ['warning'] }, terminal)).toBe(1);
  expect(await runLint([folder], { failOn: ['circuit-breaker-overflow'] }, terminal)).toBe(1);
  await expect(runLint([folder], { failOn: ['x'] }, terminal)).rejects.toMatchObject({ code: 'BAD_OPTION' });
  await expect(runLint([folder], { output: ['x'] }, terminal)).rejects.toMatchObject({ code: 'BAD_OPTION' });
});

const LOOKS = { width: 80, color: false, version: '1.2.3' };

test('lint as JSON holds the patch', async () => {
  const result = await lintMesh([folderOf({ 'mesh.yaml': limits(HOST) })]);
  const json: unknown = JSON.parse(await renderLint('json', result, LOOKS));
  expect(json).toMatchObject({
    resources: 2,
    findings: [
      { severity: 'warning', diagnosis: 'circuit-breaker-overflow', patch: { diff: expect.any(String) } },
    ],
  });
});

test('collect prints commands for a namespace, and refuses what a shell could read otherwise', async () => {
  const terminal = createTerminal();
  expect(await runCollect('shop', terminal)).toBe(0);
  const { stdout } = terminal.shown;
  expect(stdout).toContain('kubectl get pods -n shop');
  // A shell can read it, and no value of a Secret is asked for but certificates.
  expect(spawnSync('bash', ['-n'], { input: stdout }).status).toBe(0);
  expect([...stdout.matchAll(/index \S+ "([^"]+)"/g)].map(([, key]) => key)).toEqual(['tls.crt', 'ca.crt']);
  await expect(runCollect('a; rm', terminal)).rejects.toMatchObject({ code: 'BAD_OPTION' });
});

test('lint writes SARIF, Markdown and HTML, each into its file', async () => {
  const folder = folderOf({
    'mesh.yaml': limits(HOST).replaceAll('name: cart', 'name: "<b>cart</b>"'),
  });
  const pathOf = (kind: string): string => join(folder, `report.${kind}.txt`);
  const output = ['sarif', 'markdown', 'html'].map((kind) => `${kind}=${pathOf(kind)}`);
  const terminal = createTerminal();
  expect(await runLint([folder], { output }, terminal)).toBe(0);
  expect(terminal.shown.stdout).toBe('');
  const [sarif = '', markdown = '', html = ''] = await Promise.all(
    ['sarif', 'markdown', 'html'].map((kind) => readFile(pathOf(kind), 'utf8')),
  );
  expect(sarifErrors(sarif)).toBeNull();
  expect(JSON.parse(sarif)).toMatchObject({
    runs: [{ results: [{ ruleId: 'circuit-breaker-overflow', level: 'warning' }] }],
  });
  expect(markdown).toContain('```diff');
  expect(html).toContain('&lt;b&gt;cart&lt;/b&gt;');
  expect(html).not.toContain('<b>cart');
});

const TWICE: readonly (readonly [code: string, yaml: string])[] = [
  [
    'IST0109',
    `${CHAIN}---\n${CHAIN.replaceAll('name: greeter,', 'name: other,').replaceAll('name: front', 'name: b')}`,
  ],
  [
    'IST0111',
    ['a', 'b']
      .map(
        (name) =>
          `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: ${name}, namespace: shop}\nspec: {}\n`,
      )
      .join('---\n'),
  ],
  [
    'IST0112',
    `${entry('greeter.shop.svc.cluster.local').replace('protocol: HTTP}]', 'protocol: HTTP}, {number: 81, name: http-b, protocol: HTTP}]')}---\n${CHAIN}`,
  ],
  ['IST0134', entry(HOST).replace('protocol: HTTP', 'protocol: TCP')],
  [
    'IST0145',
    ['a', 'b']
      .map(
        (name) =>
          `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  selector: {app: gw}\n  servers:\n  - port: {number: 80, name: http, protocol: HTTP}\n    hosts: [a.example.com]\n`,
      )
      .join('---\n'),
  ],
];

test.for(TWICE)('lint knows %s', async ([code, yaml]) => {
  const { faults } = await lintMesh([folderOf({ 'mesh.yaml': yaml })]);
  expect(faults.map((fault) => fault.code)).toContain(code);
  expect(faults.find((fault) => fault.code === code)?.places[0]?.line).toBeGreaterThan(0);
});
