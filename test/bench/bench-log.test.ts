import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { generateLines, writeLog } from '../../scripts/bench-log.mjs';
import { createEventSource, FAILURE_SHARE, type GatewayEvent } from './gateway-events.mjs';
import {
  DOWNSTREAM_ADDRESSES,
  downstreamAddress,
  ENDPOINTS,
  HTTP_SERVICES,
  makePath,
  makeServices,
  PATHS,
  TCP_SERVICES,
} from './gateway-mesh.mjs';

const COUNT = 20_000;
const SEED = 7;
const text = generateLines({ format: 'text', seed: SEED, count: COUNT });
const json = generateLines({ format: 'json', seed: SEED, count: COUNT });
const events = json.map((line): GatewayEvent => JSON.parse(line));

/** Istio's default format string (1.23 and later), written a second time so that the generator is checked against it. */
const TEXT_FORMAT =
  '[start_time] "method path protocol" response_code response_flags response_code_details ' +
  'connection_termination_details "upstream_transport_failure_reason" bytes_received bytes_sent duration ' +
  'upstream_service_time "x_forwarded_for" "user_agent" "request_id" "authority" "upstream_host" ' +
  'upstream_cluster upstream_local_address downstream_local_address downstream_remote_address ' +
  'requested_server_name route_name';

function renderText(event: GatewayEvent): string {
  const fields = new Map(Object.entries(event));
  return TEXT_FORMAT.replaceAll(/[a-z_]+/g, (name) => String(fields.get(name) ?? '-'));
}

function hasFailed(event: GatewayEvent): boolean {
  return event.response_flags !== '-' || event.response_code >= 500;
}

/** How many standard deviations of a binomial count the generator may be away from its promise. */
const TOLERANCE = 4;

describe('generated log', () => {
  test('is the same for the same seed', () => {
    expect(generateLines({ format: 'text', seed: SEED, count: 100 })).toEqual(text.slice(0, 100));
  });

  test('is another for another seed', () => {
    const other = generateLines({ format: 'text', seed: SEED + 1, count: 100 });
    expect(other.filter((line, index) => line === text[index])).toEqual([]);
  });

  test('holds the same event in both formats', () => {
    expect(events.map(renderText)).toEqual(text);
  });

  test('sorts the keys of a JSON line', () => {
    const keys = Object.keys(events[0] ?? {});
    expect(keys).toHaveLength(24);
    expect(keys).toEqual(keys.toSorted());
  });

  test('fails in two of a hundred events', () => {
    const failed = events.filter(hasFailed).length;
    const deviation = Math.sqrt(COUNT * FAILURE_SHARE * (1 - FAILURE_SHARE));
    expect(Math.abs(failed - COUNT * FAILURE_SHARE)).toBeLessThan(TOLERANCE * deviation);
  });

  test('fails in every promised way', () => {
    const kinds = new Set(events.filter(hasFailed).map((e) => `${e.response_code} ${e.response_flags}`));
    const promised = ['UC', 'UF', 'UH', 'UO', 'URX'].map((flags) => `503 ${flags}`);
    expect([...kinds].sort()).toEqual([...promised, '0 DC', '400 DPE', '404 NR', '500 -', '504 UT'].sort());
  });

  test.for([
    ['UF', ['upstream_host']],
    ['UC', ['upstream_host', 'upstream_local_address']],
    ['UH', []],
    ['UO', []],
    ['URX', ['upstream_host', 'upstream_local_address', 'upstream_service_time']],
    ['UT', ['upstream_host', 'upstream_local_address']],
    ['DC', ['upstream_host', 'upstream_local_address']],
  ] as const)('logs of the upstream of %s what Envoy logs', ([flags, logged]) => {
    const upstream = ['upstream_host', 'upstream_local_address', 'upstream_service_time'] as const;
    const failures = events.filter((event) => event.response_flags === flags);
    expect(failures.length).toBeGreaterThan(0);
    for (const event of failures) {
      expect(upstream.filter((name) => event[name] !== null)).toEqual(logged);
      expect(event.upstream_cluster).toMatch(/^outbound\|/);
    }
  });

  test('logs no cluster where no route was found', () => {
    const unrouted = events.filter(
      ({ response_flags }) => response_flags === 'NR' || response_flags === 'DPE',
    );
    expect(unrouted.map((event) => event.upstream_cluster ?? event.route_name)).toEqual(
      unrouted.map(() => null),
    );
  });

  test('holds healthy requests of several codes and TCP connections', () => {
    const codes = new Set(events.filter((event) => !hasFailed(event)).map((event) => event.response_code));
    expect([...codes].sort((a, b) => a - b)).toEqual([0, 200, 201, 304, 404]);
  });

  test('holds raw quotes in paths and user agents, and blanks in X-Forwarded-For', () => {
    expect(events.some((event) => event.path?.includes('"'))).toBe(true);
    expect(events.some((event) => event.x_forwarded_for?.includes(', '))).toBe(true);
    const forged =
      '"scanner" 503 UF upstream_reset_before_response_started{connection_timeout} - "-" 0 91 10000';
    expect(text.some((line) => line.includes(forged))).toBe(true);
  });

  test('begins every event later than the one before', () => {
    const times = events.map((event) => event.start_time);
    expect(times).toEqual([...new Set(times)].sort());
  });
});

describe('imagined mesh', () => {
  test('has as many distinct endpoints, clusters, addresses and paths as it says', () => {
    const services = makeServices();
    expect(new Set(services.flatMap((service) => service.endpoints)).size).toBe(ENDPOINTS);
    expect(new Set(services.map((service) => service.upstreamCluster)).size).toBe(
      HTTP_SERVICES + TCP_SERVICES,
    );
    const addresses = Array.from({ length: DOWNSTREAM_ADDRESSES }, (_, index) => downstreamAddress(index));
    expect(new Set(addresses).size).toBe(DOWNSTREAM_ADDRESSES);
    const paths = Array.from({ length: PATHS }, (_, index) => makePath(index, SEED));
    expect(new Set(paths).size).toBe(PATHS);
  });

  test('is asked for nearly every path before one comes again', () => {
    const nextEvent = createEventSource(SEED);
    const counts = new Map<string, number>();
    for (let n = 0; n < PATHS; n++) {
      const { path } = nextEvent();
      if (path !== null) counts.set(path, (counts.get(path) ?? 0) + 1);
    }
    const singles = [...counts.values()].filter((count) => count === 1).length;
    expect(singles).toBeGreaterThan(PATHS / 2);
    expect(counts.size - singles).toBeLessThan(10);
  });
});

describe('written log', () => {
  test('holds the generated lines, ends with a line feed and is just big enough', () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'text.log');
    writeLog({ format: 'text', seed: SEED, megabytes: 0.5 }, path);
    const bytes = readFileSync(path);
    const lines = bytes.toString().split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toEqual(text.slice(0, lines.length));
    expect(bytes.length).toBeGreaterThanOrEqual(500_000);
    expect(bytes.length - (lines.at(-1)?.length ?? 0) - 1).toBeLessThan(500_000);
  });
});
