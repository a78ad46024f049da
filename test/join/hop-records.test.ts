import { expect, test } from 'vitest';
import { readHopRecords } from '../../src/join/hop-records.ts';
import { KeptShapes } from '../../src/join/kept-shapes.ts';
import { readPart } from '../aggregate/reading.ts';
import { clientLine } from './lines.ts';

const REQUESTS = 500;

test.for(['-', 'shared-id'])('each record comes once, under however many keys it stands: id %s', (id) => {
  const lines = Array.from({ length: REQUESTS }, (_, n) =>
    clientLine({ at: n % 7, id, port: 40_000 + (n % 50), code: 503, flags: 'UC', details: 'x' }),
  );
  const logs = [lines.slice(0, REQUESTS / 2), lines.slice(REQUESTS / 2)].map((part, i) => ({
    path: `${i}.log`,
    continues: false,
    lines: part,
  }));
  const { hops, groups } = readPart(logs);
  expect(hops.failing.key.length).toBeGreaterThan(REQUESTS);
  const { records } = readHopRecords(hops, new KeptShapes(groups));
  expect(records).toHaveLength(REQUESTS);
  expect(records.filter(({ input }) => input === 0)).toHaveLength(REQUESTS / 2);
});
