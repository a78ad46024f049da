// Fetches what a report needs from the Kubernetes API: the last log lines of each pod's proxy, a file per pod, and the
// mesh resources, a file per kind. In the place of kubectl and a shell, so that one image without either is enough.
// Environment: NAMESPACE, SELECTOR, CONTAINER, SINCE_SECONDS, LOGS and MESH (folders), and API, TOKEN_FILE for tests.
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const env = {
  SELECTOR: 'security.istio.io/tlsMode=istio',
  CONTAINER: 'istio-proxy',
  // More than an hour: what overlaps with the last run is found and left out.
  SINCE_SECONDS: '4200',
  LOGS: '/logs',
  MESH: '/mesh',
  API: 'https://kubernetes.default.svc',
  TOKEN_FILE: `${ACCOUNT}/token`,
  ...process.env,
};
const MESH_KINDS = {
  'networking.istio.io/v1': ['virtualservices', 'destinationrules', 'gateways', 'serviceentries', 'sidecars'],
  'networking.istio.io/v1alpha3': ['envoyfilters'],
  'security.istio.io/v1': ['peerauthentications', 'authorizationpolicies', 'requestauthentications'],
};
const TIMEOUT_MS = 120_000;
const PODS_AT_ONCE = 4;

const namespace = env.NAMESPACE ?? (await readFile(`${ACCOUNT}/namespace`, 'utf8')).trim();
const token = (await readFile(env.TOKEN_FILE, 'utf8')).trim();

/** @param {string} path @param {Record<string, string>} [query] */
async function get(path, query = {}) {
  const url = new URL(path, env.API);
  url.search = String(new URLSearchParams(query));
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) await response.body?.cancel();
  return response;
}

/** @param {string} pod */
async function fetchLog(pod) {
  const path = join(env.LOGS, `${namespace}_${pod}.log`);
  const query = { container: env.CONTAINER, sinceSeconds: env.SINCE_SECONDS };
  const response = await get(`/api/v1/namespaces/${namespace}/pods/${pod}/log`, query);
  if (!response.ok || response.body === null) return `${pod}: the log cannot be read (${response.status})`;
  try {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
    return null;
  } catch (error) {
    // Half a log would hide from the next run where this one ended.
    await rm(path, { force: true });
    return `${pod}: ${error instanceof Error ? error.message : error}`;
  }
}

/** @param {string} version @param {string} kind */
async function fetchKind(version, kind) {
  const response = await get(`/apis/${version}/namespaces/${namespace}/${kind}`);
  if (response.ok) await writeFile(join(env.MESH, `${kind}.json`), await response.text());
  // A cluster without the kind is none with a fault.
  return response.ok || response.status === 404 ? null : `${kind}: cannot be read (${response.status})`;
}

await mkdir(env.LOGS, { recursive: true });
await mkdir(env.MESH, { recursive: true });
const list = await get(`/api/v1/namespaces/${namespace}/pods`, { labelSelector: env.SELECTOR });
if (!list.ok) {
  process.stderr.write(`the pods of ${namespace} cannot be listed (${list.status})\n`);
  process.exit(1);
}
/** @type {{ items: { metadata: { name: string } }[] }} */
const { items } = await list.json();
const pods = items.map(({ metadata }) => metadata.name);
const problems = [];
const queue = [...pods];
const work = async () => {
  for (let pod = queue.shift(); pod !== undefined; pod = queue.shift()) problems.push(await fetchLog(pod));
};
await Promise.all(Array.from({ length: PODS_AT_ONCE }, work));
for (const [version, kinds] of Object.entries(MESH_KINDS))
  for (const kind of kinds) problems.push(await fetchKind(version, kind));
const found = problems.filter((problem) => problem !== null);
for (const problem of found) process.stderr.write(`${problem}\n`);
process.stderr.write(`${pods.length} pods, ${found.length} problems\n`);
// Some pods may have ended meanwhile; without a single log there is nothing to report on.
if (pods.length > 0 && found.length >= pods.length + Object.values(MESH_KINDS).flat().length) process.exit(1);
