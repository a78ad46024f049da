// Writes generated access logs for the benchmark, in Istio's default text and JSON formats (>= 1.23).
// One seed gives one sequence of events, and both formats render the same events; `server` is what the proxies behind log.
// `timestamps` and `prefix` (of kubectl), `cri` and `docker` are the text as these wrap it, the same lines for the same megabytes.
//   node scripts/bench-log.mjs --format text|json|server|timestamps|prefix|cri|docker --megabytes 200 --seed 1 [--out FILE]
// Without --out the file goes to a folder outside the repository and is written only when it is not there yet.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv, env, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createEventSource } from '../test/bench/gateway-events.mjs';

/** Raise it when the same seed begins to give other lines, so that no stale file is measured. */
const GENERATOR_VERSION = 1;
const BYTES_PER_MEGABYTE = 1_000_000;
/** Few enough for the lines to die young: 8192 made the garbage collector take most of the time. */
const LINES_PER_WRITE = 256;

/**
 * @typedef {import('../test/bench/gateway-events.mjs').GatewayEvent} GatewayEvent
 * @typedef {keyof typeof FORMATTERS} LogFormat
 * @typedef {{ format: LogFormat, seed: number, megabytes: number }} LogParameters
 */

/** @param {string | number | null} value */
function orDash(value) {
  return value ?? '-';
}

/**
 * Envoy escapes nothing here, not even quotes.
 * @param {GatewayEvent} e
 */
function formatText(e) {
  const request = `"${orDash(e.method)} ${orDash(e.path)} ${orDash(e.protocol)}"`;
  const response = `${e.response_code} ${e.response_flags} ${orDash(e.response_code_details)} ${orDash(e.connection_termination_details)} "${orDash(e.upstream_transport_failure_reason)}"`;
  const sizes = `${e.bytes_received} ${e.bytes_sent} ${e.duration} ${orDash(e.upstream_service_time)}`;
  const quoted = `"${orDash(e.x_forwarded_for)}" "${orDash(e.user_agent)}" "${orDash(e.request_id)}" "${orDash(e.authority)}" "${orDash(e.upstream_host)}"`;
  const addresses = `${orDash(e.upstream_cluster)} ${orDash(e.upstream_local_address)} ${e.downstream_local_address} ${e.downstream_remote_address}`;
  return `[${e.start_time}] ${request} ${response} ${sizes} ${quoted} ${addresses} ${orDash(e.requested_server_name)} ${orDash(e.route_name)}`;
}

/** @param {GatewayEvent} event */
function formatJson(event) {
  return JSON.stringify(event);
}

/** What the sidecars behind the gateway log of the same requests: begun a little later, ended a little sooner. */
const SERVER_DELAY_MS = 1;

/**
 * The line of the serving sidecar in Istio's text format; null when no request reached one.
 * @param {GatewayEvent} e
 */
function formatServer(e) {
  if (e.upstream_local_address === null || e.upstream_host === null) return null;
  const hasLeft = e.response_flags.includes('UT');
  const duration = Math.max(0, e.duration - 2 * SERVER_DELAY_MS);
  return formatText({
    ...e,
    start_time: new Date(Date.parse(e.start_time) + SERVER_DELAY_MS).toISOString(),
    duration,
    ...(hasLeft
      ? { response_code: 0, response_flags: 'DC', response_code_details: 'downstream_remote_disconnect' }
      : {}),
    upstream_service_time: e.upstream_service_time === null ? null : duration,
    upstream_cluster: `inbound|${e.upstream_host.split(':').at(-1)}||`,
    upstream_local_address: '127.0.0.6:41000',
    downstream_local_address: e.upstream_host,
    downstream_remote_address: e.upstream_local_address,
    requested_server_name: 'outbound_.80_._.gateway.invalid',
  });
}

/** The stamp of a wrapper: with nanoseconds, a moment after the request. */
function stampOf(/** @type {GatewayEvent} */ e) {
  return `${new Date(Date.parse(e.start_time) + e.duration).toISOString().slice(0, -1)}209278Z`;
}

const WRAPPINGS = {
  /** @param {GatewayEvent} e */
  timestamps: (e) => `${stampOf(e)} ${formatText(e)}`,
  /** @param {GatewayEvent} e */
  prefix: (e) => `[pod/gateway-7d5f9c6b8-x2x9k/istio-proxy] ${stampOf(e)} ${formatText(e)}`,
  /** @param {GatewayEvent} e */
  cri: (e) => `${stampOf(e)} stdout F ${formatText(e)}`,
  /** @param {GatewayEvent} e */
  docker: (e) => JSON.stringify({ log: `${formatText(e)}\n`, stream: 'stdout', time: stampOf(e) }),
};

const FORMATTERS = { text: formatText, json: formatJson, server: formatServer, ...WRAPPINGS };

/**
 * @param {string | undefined} name
 * @returns {name is LogFormat}
 */
function isLogFormat(name) {
  return name !== undefined && Object.hasOwn(FORMATTERS, name);
}

/**
 * The first lines of a seed's log.
 * @param {{ format: LogFormat, seed: number, count: number }} parameters
 */
export function generateLines({ format, seed, count }) {
  const nextEvent = createEventSource(seed);
  const formatLine = FORMATTERS[format];
  return Array.from({ length: count }, () => formatLine(nextEvent())).flatMap((line) => line ?? []);
}

/**
 * Writes whole lines until the file holds at least so many megabytes.
 * @param {LogParameters} parameters
 * @param {string} path
 */
export function writeLog({ format, seed, megabytes }, path) {
  const nextEvent = createEventSource(seed);
  const formatLine = FORMATTERS[format];
  // A wrapped log has the lines of the plain one, so what is around them does not count.
  const measured = format in WRAPPINGS ? formatText : formatLine;
  const file = openSync(path, 'w');
  try {
    for (let missing = megabytes * BYTES_PER_MEGABYTE; missing > 0; ) {
      const lines = [];
      let size = 0;
      while (size < missing && lines.length < LINES_PER_WRITE) {
        const event = nextEvent();
        const line = formatLine(event);
        if (line === null) continue;
        size += Buffer.byteLength(measured(event) ?? '') + 1;
        lines.push(line);
      }
      missing -= size;
      writeWhole(file, Buffer.from(`${lines.join('\n')}\n`));
    }
  } finally {
    closeSync(file);
  }
}

/**
 * @param {number} file
 * @param {Buffer} bytes
 */
function writeWhole(file, bytes) {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/**
 * Where the log of these parameters is kept for the next run: never inside the repository.
 * @param {LogParameters} parameters
 */
function benchLogPath({ format, seed, megabytes }) {
  const folder = env['FAULTLINE_BENCH_DIR'] ?? join(tmpdir(), 'faultline-bench');
  return join(folder, `istio-${format}-${megabytes}mb-seed${seed}-v${GENERATOR_VERSION}.log`);
}

/**
 * The log of these parameters, written now unless an earlier run left it.
 * @param {LogParameters} parameters
 */
function provideLog(parameters) {
  const path = benchLogPath(parameters);
  if (existsSync(path)) return path;
  // Renamed when it is whole, so a file of that name is never half a log.
  const partial = `${path}.${pid}.part`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeLog(parameters, partial);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  return path;
}

function main() {
  const { values } = parseArgs({
    options: {
      format: { type: 'string', default: 'text' },
      megabytes: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  });
  const { format, out } = values;
  const [seed, megabytes] = [Number(values.seed), Number(values.megabytes)];
  if (!isLogFormat(format) || !(megabytes > 0) || !Number.isInteger(seed)) {
    throw new Error(
      'usage: node scripts/bench-log.mjs --format text|json|server|timestamps|prefix|cri|docker --megabytes N --seed N [--out FILE]',
    );
  }
  if (out === undefined) console.log(provideLog({ format, seed, megabytes }));
  else writeLog({ format, seed, megabytes }, out);
}

// argv keeps a symbolic link in the path of the checkout, import.meta.url does not.
if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    // A full disk or a wrong option: one sentence is all there is to say.
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
