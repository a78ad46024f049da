import { describe, expect, test } from 'vitest';
import { Unwrapper } from '../../src/ingest/unwrapper.ts';
import { wrappers } from '../../src/ingest/wrappers/registry.ts';

const LINE = 'a LINE of some "twenty" letters';
const SAMPLES = wrappers.flatMap(({ samples }) => samples.map(({ wrapped }) => wrapped));

/** All that a line may be, in the order in which it is found, after `before` has looked for something else. */
function listInsides(line: string, before: readonly string[] = []): readonly string[] {
  const unwrapper = new Unwrapper();
  const bytes = Buffer.from(line);
  const search = (wanted: string | null): readonly string[] => {
    const found: string[] = [];
    unwrapper.search(bytes, 0, bytes.length, (inside) => {
      const text = Buffer.from(inside.bytes.subarray(inside.start, inside.end)).toString();
      found.push(`${unwrapper.source ?? '-'} ${unwrapper.stamp ?? '-'} ${text}`);
      return text === wanted;
    });
    return found;
  };
  for (const wanted of before) search(wanted);
  return search(null);
}

describe('Unwrapper', () => {
  test.for(SAMPLES)('finds the same however often a line is searched: %j', (line) => {
    const once = listInsides(line);
    expect(listInsides(line, ['nothing'])).toEqual(once);
    const texts = once.map((found) => found.split(' ').slice(2).join(' '));
    for (const wanted of texts) expect(listInsides(line, [wanted, 'nothing'])).toEqual(once);
  });

  test('takes another line in the same place for what it is', () => {
    const unwrapper = new Unwrapper();
    const second = `[pod/a/istio-proxy] ${LINE}`;
    const bytes = Buffer.from(`{"log":"${'x'.repeat(second.length - '{"log":""}'.length)}"}`);
    const search = (): boolean =>
      unwrapper.search(bytes, 0, bytes.length, (inside) =>
        Buffer.from(inside.bytes.subarray(inside.start, inside.end)).includes('LINE'),
      );
    expect(search()).toBe(false);
    bytes.write(second);
    unwrapper.forget();
    expect(search()).toBe(true);
  });
});
