import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { faultline, ROOT, run } from './support/command.ts';

const read = (path: string): string => readFileSync(join(ROOT, 'deploy', path), 'utf8');

interface Manifest {
  readonly kind: string;
  readonly spec?: unknown;
}

/** What the API of a small cluster answers, by the end of the address. */
const ANSWERS: readonly (readonly [ending: string, body: string])[] = [
  [
    '/pods?labelSelector=security.istio.io%2FtlsMode%3Distio',
    '{"items":[{"metadata":{"name":"a-1"}},{"metadata":{"name":"b-2"}}]}',
  ],
  ['/a-1/log?container=istio-proxy&sinceSeconds=4200', 'log of a\n'],
  ['/sidecars', '{"items":[]}'],
];

describe('Kubernetes', () => {
  const schemas = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/kubernetes-schemas.json'), 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'kubernetes', $defs: schemas.$defs });
  const documents = parseAllDocuments(read('kubernetes/faultline.yaml'), { merge: true });
  const manifests: readonly Manifest[] = documents.map((document) => document.toJS());
  const job = manifests.find(({ kind }) => kind === 'CronJob');
  const pod = Object(job).spec.jobTemplate.spec.template.spec;

  test.each(manifests.map((manifest) => [manifest.kind, manifest] as const))(
    '%s fits its schema',
    (kind, manifest) => {
      const validate = ajv.compile({ $ref: `kubernetes#/$defs/${schemas.kinds[kind]}` });
      validate(manifest);
      expect(validate.errors).toBeNull();
    },
  );

  test('the schemas refuse what is misspelt', () => {
    const validate = ajv.compile({ $ref: `kubernetes#/$defs/${schemas.kinds.CronJob}` });
    expect(validate({ ...job, spec: { ...Object(job).spec, concurencyPolicy: 'Forbid' } })).toBe(false);
  });

  test('may read pods, their logs and mesh resources, and nothing else, in one namespace', () => {
    const role = manifests.find(({ kind }) => kind === 'Role');
    const rules: readonly { resources: string[]; verbs: string[] }[] = Object(role).rules;
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
    expect(rules.flatMap(({ resources }) => resources)).not.toContain('secrets');
    expect(manifests.map(({ kind }) => kind)).not.toContain('ClusterRole');
  });

  test('no container is root or may write to its own file system', () => {
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    for (const { securityContext } of [...pod.initContainers, ...pod.containers])
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
  });

  test('the job has options that there are', async () => {
    const [{ args }] = pod.containers;
    const folder = mkdtempSync(join(tmpdir(), 'faultline-deploy-'));
    const there = args.map((arg: string) =>
      arg
        .replaceAll('/state', folder)
        .replace(/^\/logs$/, join(ROOT, 'samples/mixed'))
        .replace('=/mesh', `=${join(ROOT, 'samples')}`),
    );
    const offline = there.filter(
      (arg: string) => !arg.startsWith('--notify') && !arg.startsWith('--mesh-config'),
    );
    const { status, stderr } = await faultline(offline);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(folder).sort()).toEqual(['history', 'report.html', 'report.json']);
  });

  test('fetches a log per pod and the mesh resources, by the rights of its account', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://api');
      asked.push(url.pathname);
      const isKnown = request.headers.authorization === 'Bearer secret';
      const body = isKnown
        ? ANSWERS.find(([ending]) => `${url.pathname}${url.search}`.endsWith(ending))?.[1]
        : undefined;
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'faultline-fetch-'));
    const token = join(folder, 'token');
    writeFileSync(token, 'secret\n');
    const env = {
      API: `http://127.0.0.1:${port}`,
      TOKEN_FILE: token,
      NAMESPACE: 'shop',
      LOGS: join(folder, 'logs'),
      MESH: join(folder, 'mesh'),
    };
    const { status, stderr } = await run(process.execPath, [join(ROOT, 'deploy/kubernetes/fetch-logs.mjs')], {
      env,
    });
    server.closeAllConnections();
    server.close();
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'b-2: the log cannot be read (404)\n2 pods, 1 problems\n',
    });
    expect(readdirSync(env.LOGS)).toEqual(['shop_a-1.log']);
    expect(readFileSync(join(env.LOGS, 'shop_a-1.log'), 'utf8')).toBe('log of a\n');
    expect(readdirSync(env.MESH)).toEqual(['sidecars.json']);
    // It asks for nothing that the role does not give.
    const role = manifests.find(({ kind }) => kind === 'Role');
    const allowed: readonly string[] = Object(role).rules.flatMap(
      ({ resources }: { resources: string[] }) => resources,
    );
    for (const path of asked) {
      const resource = path.endsWith('/log') ? 'pods/log' : path.slice(path.lastIndexOf('/') + 1);
      expect(allowed).toContain(resource);
    }
  });
});

describe('systemd', () => {
  const units = ['faultline.service', 'faultline.timer'];

  test.each(units)('%s has sections and settings, each line one', (name) => {
    const lines = read(`systemd/${name}`).replaceAll('\\\n', ' ').split('\n');
    for (const line of lines) expect(line).toMatch(/^(?:#.*|\[[A-Z][a-z]+\]|[A-Z][A-Za-z]+=.*|)$/);
  });

  test.skipIf(!existsSync('/usr/bin/systemd-analyze'))('systemd itself finds nothing wrong', async () => {
    const paths = units.map((name) => join(ROOT, 'deploy/systemd', name));
    const { status, stderr } = await run('systemd-analyze', ['verify', ...paths]);
    // The man page may not be installed here.
    const wrong = stderr.split('\n').filter((line) => line !== '' && !line.includes('man faultline'));
    expect({ wrong, status }).toEqual({ wrong: [], status: expect.any(Number) });
  });

  test('is no root and cannot write but to its own folder', () => {
    const service = read('systemd/faultline.service');
    for (const setting of [
      'DynamicUser=yes',
      'ProtectSystem=strict',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=\n',
    ])
      expect(service).toContain(setting);
  });

  test('the command of the unit is one that there is', async () => {
    const [, command = ''] =
      /ExecStart=\/usr\/bin\/env faultline ((?:.*\\\n)*.*)/.exec(read('systemd/faultline.service')) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'faultline-unit-'));
    const args = command
      .replaceAll('\\\n', ' ')
      .replaceAll(/\$\{STATE_DIRECTORY\}/g, folder)
      .replace(/\$NOTIFY \$MORE \$LOGS/, join(ROOT, 'samples/mixed'))
      .split(/\s+/);
    expect(await faultline(args)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('container image', () => {
  const lines = read('Dockerfile').split('\n');

  test('does not run as root, by a number that Kubernetes can check', () => {
    expect(lines.findLast((line) => line.startsWith('USER '))).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
  });

  test('copies only files that there are', () => {
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const source of sources) expect(existsSync(join(ROOT, source)), source).toBe(true);
  });
});

describe('continuous integration', () => {
  const workflow = parse(read('ci/github-actions.yaml'));

  test('every step does one thing, with a time limit and few rights', () => {
    const { steps, 'timeout-minutes': limit } = workflow.jobs.faultline;
    expect(limit).toBeLessThan(60);
    expect(Object.values(workflow.permissions)).toEqual(['read', 'read', 'write']);
    for (const step of steps) expect(['uses', 'run'].filter((key) => key in step)).toHaveLength(1);
  });

  test('gates with options that there are', async () => {
    const { stdout } = await faultline(['analyze', '--help']);
    const script: string = workflow.jobs.faultline.steps.find(
      ({ name }: { name?: string }) => name === 'Compare',
    ).run;
    const options = script.match(/(?<=\s)--(?!yes)[a-z-]+/g) ?? [];
    expect(options.length).toBeGreaterThan(4);
    for (const option of options) expect(stdout).toContain(option);
  });
});

test('a fresh clone can be packed: what builds it is installed first', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.prepack).toBe('node scripts/setup.mjs && npm run -s build');
});
