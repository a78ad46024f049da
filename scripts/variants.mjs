// Makes variants of labelled logs that change nothing about their cause (other names, addresses, ports; half the lines;
// another order; two logs merged; failures only), leave little of it (one failure, the last lines), or take it away (no
// failures), and prints how the answers fare.
// usage: node scripts/variants.mjs [--corpus FOLDER] [--seed N] [--only NAME] [--default] [--verbose]   (after npm run build)
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readCases } from './corpus.mjs';
import { aggregateOf, reportOf } from './labelled-runs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: new URL('../../shared/corpus', import.meta.url).pathname },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    default: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** Small seeded generator: the same variants each time. */
function createRandom(/** @type {number} */ seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function readLines(/** @type {string[]} */ paths) {
  return paths.map((path) => {
    const bytes = readFileSync(path);
    const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1');
    return text.split('\n').filter((line) => line !== '');
  });
}

const NAMES = [
  'orders',
  'billing',
  'search',
  'geo',
  'mailer',
  'stock-v',
  'auth',
  'media',
  'ranking',
  'invoices',
  'notes',
  'hub',
];
const SERVICES = [
  'reviews',
  'ratings',
  'details',
  'productpage',
  'accounts',
  'ledger',
  'notify',
  'catalog',
  'payment',
  'cart',
  'shipping',
  'catalogue',
];

/** Other services, namespaces, domains, addresses and ports. */
function rename(/** @type {string} */ line) {
  let text = line;
  SERVICES.forEach((name, i) => {
    text = text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), NAMES[i] ?? name);
  });
  return text
    .replaceAll(/\.(default|core|shop|stock|messaging|logistics)\.svc/g, '.team-a.svc')
    .replaceAll(/\b10\.244\./g, '10.18.')
    .replaceAll(/\b172\.20\./g, '10.77.')
    .replaceAll(/\b10\.42\./g, '10.135.')
    .replaceAll(/\b9080\b/g, '7001')
    .replaceAll(/\b8088\b/g, '7002')
    .replaceAll('bookinfo.example.com', 'books.example.org');
}

const TEXT_LINE = /^\[[^\]]*\] "(?<request>.*?)" (?<code>\d{1,3}) (?<flags>[A-Z]\S*|-) (?<rest>.*)/;
/** TCP: what a proxy denied, and what was answered with nothing or with a TLS alert. */
const IS_BAD_TCP = /rbac_access_denied|^(?:- )?(?:- )?(?:"-" )?\d+ [0-7] /;

function isFailure(/** @type {string} */ line) {
  if (line.startsWith('{')) {
    const { method, response_code, response_flags, bytes_sent, connection_termination_details } =
      JSON.parse(line);
    if ((response_flags ?? '-') !== '-' || response_code >= 400) return response_flags !== 'DI';
    if (method != null) return response_code === 0;
    return bytes_sent < 8 || connection_termination_details != null;
  }
  const { request, code, flags, rest } = TEXT_LINE.exec(line)?.groups ?? {};
  if (code === undefined) return false;
  if (flags !== '-' || Number(code) >= 400) return flags !== 'DI';
  return request === '- - -' ? IS_BAD_TCP.test(rest ?? '') : code === '0';
}

const IS_TCP = /"- - -" 0 - |"method":null/;

const LAST_LINES = 40;
/** Two proxies log one request within this. */
const SAME_REQUEST_MS = 150;

function timeOf(/** @type {string} */ line) {
  return Date.parse(/\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(line)?.[0] ?? '');
}

/** The logs with one failing line, and what the other proxy logged of it; the healthy lines where they are wanted. */
function withOneFailure(/** @type {string[][]} */ logs, random, /** @type {boolean} */ keepsHealthy) {
  const failing = logs.map((lines) => lines.filter((line) => isFailure(line)));
  const first = failing.findIndex((lines) => lines.length > 0);
  if (first < 0) return logs;
  const chosen = failing[first]?.[Math.floor(random() * failing[first].length)] ?? '';
  return logs.map((lines, i) =>
    lines.filter((line) => {
      if (!isFailure(line)) return keepsHealthy;
      return i === first ? line === chosen : Math.abs(timeOf(line) - timeOf(chosen)) < SAME_REQUEST_MS;
    }),
  );
}

/** Variants of all the logs of a case together. */
/** @type {Record<string, (logs: string[][], random: () => number) => string[][]>} */
const JOINT_VARIANTS = {
  'one failure among the healthy': (logs, random) => withOneFailure(logs, random, true),
  'one failure alone': (logs, random) => withOneFailure(logs, random, false),
};

/** @type {Record<string, (lines: string[], random: () => number) => string[]>} */
const VARIANTS = {
  'as it is': (lines) => lines,
  'the last lines only': (lines) => lines.slice(-LAST_LINES),
  'a tenth of the failures': (lines, random) => lines.filter((line) => !isFailure(line) || random() < 0.1),
  renamed: (lines) => lines.map(rename),
  'older wording': (lines) => lines.map(reword),
  'half the lines': (lines, random) => lines.filter(() => random() < 0.5),
  'a quarter of the healthy lines': (lines, random) =>
    lines.filter((line) => isFailure(line) || random() < 0.25),
  'order disturbed': (lines, random) =>
    lines
      .map((line, i) => ({ line, at: i + 6 * random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line),
  'failures only': (lines) => lines.filter((line) => isFailure(line)),
  'no failures': (lines) => lines.filter((line) => !isFailure(line) && !IS_TCP.test(line)),
};

async function findingsOf(/** @type {string[][]} */ logs) {
  const text = `${logs.map((lines) => lines.join('\n')).join('\n')}\n`;
  return reportOf(await aggregateOf(['-'], text)).findings;
}

/** The wordings of Envoy before 1.31: comma in the braces, errno as a number, no detail behind a failed verification. */
function reword(/** @type {string} */ line) {
  return line
    .replaceAll('{remote_connection_failure|', '{connection_failure,')
    .replaceAll('{connection_timeout}', '{connection_failure}')
    .replaceAll(/TLS_error:\|(\d+):([^|]*?)(?::verify_cert_failed[^|]*?)?:TLS_error_end/g, 'TLS_error:_$1:$2')
    .replaceAll('delayed_connect_error:_Connection_refused', 'delayed_connect_error:_111')
    .replaceAll('delayed_connect_error:_No_route_to_host', 'delayed_connect_error:_113');
}

const random = createRandom(Number(values.seed));
const cases = readCases(ROOT, values.corpus).filter(({ set }) =>
  values.default ? set === 'default' : set !== 'default' && set !== 'field',
);
const ALL = {
  ...Object.fromEntries(
    Object.entries(VARIANTS).map(([name, change]) => [
      name,
      (/** @type {string[][]} */ logs, /** @type {() => number} */ some) =>
        logs.map((lines) => change(lines, some)),
    ]),
  ),
  ...JOINT_VARIANTS,
};
for (const [variant, change] of Object.entries(ALL)) {
  if (!variant.includes(values.only)) continue;
  let right = 0;
  let total = 0;
  let noise = 0;
  for (const { name, paths, causes } of cases) {
    if (variant in JOINT_VARIANTS && causes.length > 1) continue;
    const logs = change(readLines(paths), random);
    // What is left may hold nothing to be found.
    const isLeft = logs.some((lines) => lines.some(variant === 'no failures' ? Boolean : isFailure));
    if (!isLeft && variant !== 'as it is') continue;
    const findings = (await findingsOf(logs)).filter(
      ({ status, diagnosis }) => status !== 'benign' || causes.flat().includes(diagnosis.id),
    );
    const wanted = variant === 'no failures' ? [] : causes;
    const known = new Set(wanted.flat());
    const first = findings
      .filter(({ diagnosis }) => diagnosis.id !== 'application-error' || known.has('application-error'))
      .slice(0, wanted.length)
      .map(({ diagnosis }) => diagnosis.id);
    const stray = findings
      .filter(
        ({ diagnosis, share }) =>
          !known.has(diagnosis.id) && diagnosis.id !== 'application-error' && share >= 0.05,
      )
      .map(({ diagnosis }) => diagnosis.id);
    noise += stray.length;
    for (const accept of wanted) {
      total++;
      const hit = first.some((id) => accept.includes(id));
      right += hit ? 1 : 0;
      if (!hit && values.verbose)
        console.log(
          `  ${variant}: ${name}: want ${accept[0]}, got ${findings.map((f) => `${f.diagnosis.id} ${f.confidence}`).join(', ')}`,
        );
    }
    if (stray.length > 0 && values.verbose)
      console.log(`  ${variant}: ${name}: not there: ${stray.join(', ')}`);
  }
  const share = total === 0 ? '' : ` = ${((100 * right) / total).toFixed(1)} %`;
  console.log(
    `${variant.padEnd(32)} first right ${right} of ${total}${share}, findings that are not there ${noise}`,
  );
}

/** Text of a case's logs, all lines renamed when `isOther`, so that two cases share no service. */
const textOf = (/** @type {string[]} */ paths, /** @type {boolean} */ isOther) =>
  readLines(paths)
    .flat()
    .map((line) => (isOther ? rename(line) : line))
    .join('\n');

if (!'two cases in one log'.includes(values.only)) process.exit();
let found = 0;
let wantedInAll = 0;
const texts = cases.filter(({ name, causes }) => name.endsWith(':text') && causes.length > 0);
for (const [i, one] of texts.entries()) {
  const other = texts[(i + 1 + Math.floor(random() * (texts.length - 1))) % texts.length];
  if (other === undefined) continue;
  const text = `${textOf(one.paths, false)}\n${textOf(other.paths, true)}\n`;
  const ids = reportOf(await aggregateOf(['-'], text)).findings.map(({ diagnosis }) => diagnosis.id);
  for (const accept of [...one.causes, ...other.causes]) {
    wantedInAll++;
    if (ids.some((id) => accept.includes(id))) found++;
    else if (values.verbose)
      console.log(`  merged: ${one.name} and ${other.name}: ${accept[0]} is not found`);
  }
}
console.log(`${'two cases in one log'.padEnd(32)} found ${found} of ${wantedInAll}`);
