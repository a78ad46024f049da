// Reads a generated log of hostile variety with the built program's own stages and prints what was kept.
//   node --max-old-space-size=96 test/aggregate/hostile-log.mjs DIST LINES CLUSTERS
import { argv, memoryUsage, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';

const [, , dist = 'dist', lineCount = '1000000', clusters = '3000'] = argv;
const LINES = Number(lineCount);
const CLUSTERS = Number(clusters);
const LINES_PER_CHUNK = 256;

/** @param {string} path */
const load = (path) => import(pathToFileURL(`${dist}/${path}`).href);
const { Aggregator } = await load('src/aggregate/aggregator.js');
const { loadKernel } = await load('src/load-kernel.js');
const { LineReader } = await load('src/ingest/lines.js');
const { ProxyLogCollector } = await load('src/ingest/proxy-log-events.js');
const { RecordReader } = await load('src/ingest/record-reader.js');
const { chooseFormats } = await load('parsers/index.js');
const { buildReport } = await load('src/diagnose/build-report.js');
const { diagnoses } = await load('diagnoses/index.js');

let state = 42;
/**
 * A whole number below `limit`: xorshift, so that the log is the same on every run.
 * @param {number} limit
 */
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

const word = () => below(2 ** 31).toString(36);
const address = () => `10.${below(256)}.${below(256)}.${below(256)}:${1024 + below(60_000)}`;
const FAILURES = [
  '503 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111}',
  '503 UC upstream_reset_before_response_started{connection_termination}',
  '504 UT response_timeout',
  '0 DC downstream_remote_disconnect',
];

/** @param {number} i */
function makeLine(i) {
  const time = new Date(Date.UTC(2026, 10, 21) + 977 * i).toISOString();
  const request = `"GET /${word()}/${word()}?${word()} HTTP/1.1"`;
  const headers = `"${address()}" "${word()}" "${word()}" "${word()}.example.com"`;
  const ends = `${address()} 10.0.0.1:8080 ${address()} ${word()}.example.com`;
  const kind = below(8);
  // Unrouted: the caller chooses the authority, and with it the scope. Made-up flags come from forged lines.
  if (kind === 0)
    return `[${time}] ${request} 404 NR route_not_found - "-" 0 0 0 - ${headers} "-" - - ${ends.slice(ends.indexOf(' ') + 1)} -`;
  if (kind === 1)
    return `[${time}] ${request} 503 Z${below(200)} via_upstream - "-" ${below(9e5)} ${below(9e5)} ${below(9e5)} - ${headers} "${address()}" outbound|80||forged.a.svc.cluster.local ${ends} ${word()}`;
  const outcome = kind < 4 ? FAILURES[below(FAILURES.length)] : '200 - via_upstream';
  return `[${time}] ${request} ${outcome} - "-" 0 ${below(900)} ${below(9000)} 3 ${headers} "${address()}" outbound|80||s${below(CLUSTERS)}.a.svc.cluster.local ${ends} default`;
}

/** In a function of its own, so that nothing but the aggregate outlives it. */
function read() {
  const aggregator = new Aggregator({ sinceMs: null, untilMs: null, accepts: null }, loadKernel());
  const proxyLog = new ProxyLogCollector();
  const records = new RecordReader(
    { input: 0, path: 'hostile.log' },
    chooseFormats(null),
    aggregator,
    proxyLog,
  );
  const reader = new LineReader(records);
  for (let i = 0; i < LINES; i += LINES_PER_CHUNK) {
    const count = Math.min(LINES_PER_CHUNK, LINES - i);
    const lines = Array.from({ length: count }, (_, k) => `${makeLine(i + k)}\n`);
    reader.push(Buffer.from(lines.join('')));
  }
  reader.end();
  records.end();
  // The memory of the kernel is none of the heap, and goes with it.
  const { external } = memoryUsage();
  const sum = aggregator.finish([records.finish(reader.bytes, false)], proxyLog.finish());
  return { aggregate: sum.finish(), externalBytes: external };
}

const { aggregate, externalBytes } = read();
const report = buildReport(aggregate, {
  diagnoses,
  version: '0.0.0',
  eraOfFormat: () => null,
  isSuppressed: () => false,
  only: null,
  notes: [],
});
stdout.write(
  JSON.stringify({
    records: aggregate.requests.total,
    flags: Object.keys(aggregate.requests.byResponseFlag).length,
    rows: Object.fromEntries(
      Object.entries(aggregate.traffic).map(([name, table]) => [name, table.keyEnds.length]),
    ),
    groups: aggregate.groups.length,
    shapes: aggregate.groups.reduce((sum, group) => sum + group.shapes.length, 0),
    explained:
      report.findings.reduce((sum, finding) => sum + finding.requests, 0) + report.unexplained.requests,
    failed: report.requests.failed,
    externalBytes,
  }),
);
