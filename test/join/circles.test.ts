import { expect, test } from 'vitest';
import { leadsTo } from '../../src/join/circles.ts';
import type { HopRecord } from '../../src/join/hop-records.ts';
import { readHopRecords } from '../../src/join/hop-records.ts';
import { KeptShapes } from '../../src/join/kept-shapes.ts';
import { matchByEndpoint } from '../../src/join/match-endpoints.ts';
import { render } from '../aggregate/log-lines.ts';
import { readPart } from '../aggregate/reading.ts';

/** Endpoints that took a request in where the others sent theirs. */
const RING = ['10.244.1.1:8080', '10.244.1.2:8080', '10.244.1.3:8080'];

test('requests that seem to follow on each other in a circle are not all matched', () => {
  const lines = RING.map((address, i) =>
    render({
      responseCode: '503',
      responseFlags: 'UF',
      requestId: null,
      upstreamCluster: null,
      upstreamLocalAddress: null,
      downstreamLocalAddress: address,
      upstreamHost: RING[(i + 1) % RING.length] ?? null,
      downstreamRemoteAddress: `10.244.1.9:4000${i}`,
    }),
  );
  const { groups, hops } = readPart([{ path: '0.log', continues: false, lines }]);
  const shapes = new KeptShapes(groups);
  const { records } = readHopRecords(hops, shapes);
  expect(records).toHaveLength(RING.length);
  const callerOf = new Map<HopRecord, HopRecord>();
  matchByEndpoint(records, callerOf, { shapes, lateness: () => 0 });
  expect(callerOf.size).toBe(RING.length - 1);
  const [first] = records.filter((record) => !callerOf.has(record));
  for (const record of records) expect(first && leadsTo(callerOf, record, first)).toBe(true);
});
