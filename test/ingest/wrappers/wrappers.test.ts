import { describe, expect, test } from 'vitest';
import { encodeText } from '../../../src/bytes/text.ts';
import { Layer } from '../../../src/ingest/wrappers/layer.ts';
import { wrappers } from '../../../src/ingest/wrappers/registry.ts';
import type { Wrapper, WrapperSample } from '../../../src/ingest/wrappers/wrapper.ts';

const SAMPLES = wrappers.flatMap((wrapper) =>
  wrapper.samples.map((sample): readonly [string, string, Wrapper, WrapperSample] => [
    wrapper.id,
    sample.wrapped,
    wrapper,
    sample,
  ]),
);

function layerOf(text: string): Layer {
  const layer = new Layer();
  // Neither at the start nor at the end of its array: offsets must not be taken for lengths.
  const bytes = encodeText(`##${text}##`);
  layer.set(bytes, 2, bytes.length - 2);
  return layer;
}

function unwrap(wrapper: Wrapper, line: Layer): string | null {
  const inside = new Layer();
  if (!wrapper.unwrap(line, inside)) return null;
  return Buffer.from(inside.bytes.subarray(inside.start, inside.end)).toString();
}

test('wrappers have ids of their own', () => {
  const ids = wrappers.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

describe('a wrapper', () => {
  test.for(SAMPLES)('%s opens %s', ([, , wrapper, { wrapped, inside }]) => {
    expect(unwrap(wrapper, layerOf(wrapped))).toBe(inside);
  });

  test.for(SAMPLES.filter(([, , , { source }]) => source !== undefined))(
    '%s names the source of %s',
    ([, , wrapper, { wrapped, source }]) => {
      expect(wrapper.sourceOf?.(layerOf(wrapped))).toBe(source);
    },
  );

  test.for(SAMPLES.filter(([, , , { stamp }]) => stamp !== undefined))(
    '%s knows the stamp of %s',
    ([, , wrapper, { wrapped, stamp }]) => {
      expect(wrapper.stampOf?.(layerOf(wrapped))).toBe(stamp);
    },
  );

  test.for(SAMPLES)(
    '%s is the first to open its sample, or one before leads nowhere: %s',
    ([id, wrapped, , sample]) => {
      const first = wrappers.find((wrapper) => unwrap(wrapper, layerOf(wrapped)) === sample.inside);
      expect(first?.id).toBe(id);
    },
  );
});
