import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { beforeAll, describe, expect, test } from 'vitest';
import { rawZstd, zip } from './ingest/packed.ts';
import { WRAPPINGS } from './ingest/wrappers/wrappings.mjs';
import { analyseBytes } from './support/analyse.ts';
import { outcomeOf } from './support/outcome.ts';
import { linesOfSample, readSample } from './support/samples.ts';

const SAMPLES = [
  'mixed/demo.log',
  'keepalive-race/constant-idle-gap.log',
  'connect-timeout/packets-dropped.log',
];

function tar(name: string, body: Uint8Array): Promise<Uint8Array> {
  return packTar([{ header: { name, size: body.length, type: 'file' }, body }]);
}

/** How a log reaches us. Those of bzip2 and xz are in decompress.test.ts: nothing here can make them. */
const PACKINGS: Readonly<Record<string, (log: Buffer) => Uint8Array | Promise<Uint8Array>>> = {
  gzip: (log) => gzipSync(log),
  'gzip, two members': (log) => Buffer.concat([gzipSync(log.subarray(0, 999)), gzipSync(log.subarray(999))]),
  zstd: rawZstd,
  tar: (log) => tar('pods/istio-proxy.log', log),
  'tar.gz': async (log) => gzipSync(await tar('0.log', log)),
  'tar.zst of .gz': async (log) => rawZstd(Buffer.from(await tar('access.log.1.gz', gzipSync(log)))),
  zip: (log) => zip([{ name: 'logs/access.log', content: log }]),
  'zip, from a pipe, in gzip': (log) => gzipSync(zip([{ name: 'a.log', content: log, hasDescriptor: true }])),
  'twice over': (log) => Buffer.concat([log, log]),
  'two exports that overlap': (log) => {
    const at = log.indexOf('\n', log.length / 2) + 1;
    const early = log.subarray(0, log.indexOf('\n', (log.length * 3) / 4) + 1);
    return zip([
      { name: 'first.log', content: early },
      { name: 'second.log', content: log.subarray(at) },
    ]);
  },
};
/** Entries of a document cannot be cut or doubled as lines can. */
const OF_LINES = ['twice over', 'two exports that overlap'];
const LINE_WRAPPINGS = ['kubectl-prefix', 'cri', 'docker-json', 'fluent-bit', 'elasticsearch-ndjson'];
const DOCUMENTS = ['loki-api', 'json-array'];

describe.each(SAMPLES)('%s', (sample) => {
  const plain = Buffer.from(readSample(sample));
  const lines = linesOfSample(sample);
  const wrapped = Object.entries(WRAPPINGS)
    .filter(([name]) => [...LINE_WRAPPINGS, ...DOCUMENTS].includes(name))
    .map(([name, wrap]) => [name, Buffer.from(wrap(lines))] as const);
  const variants = [['plain', plain] as const, ...wrapped].flatMap(([wrapping, log]) =>
    Object.entries(PACKINGS)
      .filter(([packing]) => !OF_LINES.includes(packing) || !DOCUMENTS.includes(wrapping))
      .map(([packing, pack]) => [`${wrapping}, ${packing}`, () => pack(log)] as const),
  );

  let expected: unknown;

  beforeAll(async () => {
    expected = outcomeOf(await analyseBytes(plain));
  });

  test.each(variants)('gives the findings of the plain log: %s', async (_, pack) => {
    expect(outcomeOf(await analyseBytes(await pack()))).toEqual(expected);
  });
});
