import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineReader, MAX_LINE_BYTES } from '../../src/ingest/lines.ts';

type Event =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'overlong'; readonly head: string; readonly byteLength: number };

const LF = 10;
const CR = 13;

/** Latin 1, so that every byte shows as it is. */
function show(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function createReader(events: Event[], maxLineBytes?: number): LineReader {
  return new LineReader(
    {
      skim: (_, at) => at,
      line: (bytes, start, end) => events.push({ kind: 'line', text: show(bytes.subarray(start, end)) }),
      overlong: (head, byteLength) => events.push({ kind: 'overlong', head: show(head), byteLength }),
    },
    maxLineBytes,
  );
}

function read(chunks: readonly Uint8Array[], maxLineBytes?: number): Event[] {
  const events: Event[] = [];
  const reader = createReader(events, maxLineBytes);
  for (const chunk of chunks) {
    // A copy that is wiped at once: nothing may be kept of a chunk after the call.
    const lent = Uint8Array.from(chunk);
    reader.push(lent);
    lent.fill(0x21);
  }
  reader.end();
  return events;
}

/** The same by the book: the whole input in memory, one byte after the other. */
function readNaively(input: Uint8Array, maxLineBytes: number): Event[] {
  const hasBom = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
  const lines: number[][] = [];
  let line: number[] | undefined;
  for (const byte of input.subarray(hasBom ? 3 : 0)) {
    if (line === undefined) {
      line = [];
      lines.push(line);
    }
    if (byte === LF) line = undefined;
    else line.push(byte);
  }
  return lines.map((bytes) => {
    if (bytes.at(-1) === CR) bytes.pop();
    const content = Uint8Array.from(bytes);
    if (content.length <= maxLineBytes) return { kind: 'line', text: show(content) };
    return { kind: 'overlong', head: show(content.subarray(0, maxLineBytes)), byteLength: content.length };
  });
}

function cut(input: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const borders = [0, ...cuts.map((at) => Math.min(at, input.length)).sort((a, b) => a - b), input.length];
  return borders.slice(1).map((end, i) => input.subarray(borders[i], end));
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const lineOf = (text: string): Event => ({ kind: 'line', text });

const NASTY = Buffer.concat([
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from('first\r\n\n\r\n\r\r\nümläut € 😀\n'),
  Buffer.from('twelve bytes\r\n'),
  Buffer.from('thirteen byte\n'),
  Buffer.from('an overlong line that goes on and on\r\n'),
  Buffer.from([0, 0xff, 0xc3, 0x28, LF, 0xef, 0xbb, 0xbf, LF]),
  Buffer.from('after\rit\nno last newline'),
]);

describe('LineReader', () => {
  test('gives no line for an empty input', () => {
    expect(read([])).toEqual([]);
    expect(read([new Uint8Array(0)])).toEqual([]);
  });

  test('gives no line for a byte order mark alone', () => {
    expect(read([bytesOf('\xef\xbb\xbf')])).toEqual([]);
  });

  test('keeps the beginning of a byte order mark that stays unfinished', () => {
    expect(read([bytesOf('\xef'), bytesOf('\xbb')])).toEqual([lineOf('\xef\xbb')]);
  });

  test('keeps a byte order mark that is not at the start', () => {
    expect(read([bytesOf('\n\xef\xbb\xbfa')])).toEqual([lineOf(''), lineOf('\xef\xbb\xbfa')]);
  });

  test('keeps empty lines and drops one carriage return', () => {
    expect(read([bytesOf('a\r\n\n\r\n\r\r\nb')])).toEqual(['a', '', '', '\r', 'b'].map(lineOf));
  });

  test('drops the carriage return of a last line without newline', () => {
    expect(read([bytesOf('a\r')])).toEqual([lineOf('a')]);
  });

  test('keeps NUL and invalid UTF-8', () => {
    expect(read([bytesOf('a\0\xff\xc3(\n')])).toEqual([lineOf('a\0\xff\xc3(')]);
  });

  test.for([1, 2, 3, 5, 12, 13, 40, 1000])('gives the same lines wherever chunks are cut, cap %i', (max) => {
    const whole = readNaively(NASTY, max);
    for (let size = 1; size <= NASTY.length; size++) {
      const cuts = Array.from({ length: Math.floor(NASTY.length / size) }, (_, i) => (i + 1) * size);
      expect(read(cut(NASTY, cuts), max)).toEqual(whole);
    }
    for (let at = 0; at <= NASTY.length; at++) expect(read(cut(NASTY, [at]), max)).toEqual(whole);
  });

  test('agrees with a reader that goes byte by byte', () => {
    const byte = fc.constantFrom(LF, LF, CR, 0, 0x61, 0xc3, 0xa4, 0xff, 0xef, 0xbb, 0xbf);
    const input = fc
      .tuple(fc.boolean(), fc.array(byte, { maxLength: 60 }))
      .map(([hasBom, bytes]) => Uint8Array.from(hasBom ? [0xef, 0xbb, 0xbf, ...bytes] : bytes));
    const cuts = fc.array(fc.nat(60), { maxLength: 6 });
    fc.assert(
      fc.property(input, cuts, fc.integer({ min: 1, max: 12 }), (bytes, at, max) => {
        expect(read(cut(bytes, at), max)).toEqual(readNaively(bytes, max));
      }),
      { numRuns: 2000 },
    );
  });

  test('offers every line that ends before it hands one on, wherever chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60 })), (cuts) => {
        const input = bytesOf('one\n\ntwo\r\nthree and more\n\r\nfour is the longest of them\nfive');
        let offered = '';
        const rests: string[] = [];
        const reader = new LineReader({
          skim: ({ bytes, end }, at) => {
            offered += show(bytes.subarray(at, end));
            return end;
          },
          line: (bytes, start, end) => rests.push(show(bytes.subarray(start, end))),
          overlong: () => expect.unreachable(),
        });
        for (const chunk of cut(input, cuts)) reader.push(chunk);
        reader.end();
        expect(offered).toBe('one\n\ntwo\r\nthree and more\n\r\nfour is the longest of them\n');
        expect(rests).toEqual(['five']);
      }),
    );
  });

  test('accounts for every byte', () => {
    const content = fc.string({ unit: fc.constantFrom('a', '\0', '\xff'), maxLength: 20 });
    const line = fc.tuple(content, fc.constantFrom('\n', '\r\n'));
    fc.assert(
      fc.property(fc.boolean(), fc.array(line), content, fc.array(fc.nat(200)), (hasBom, lines, last, at) => {
        const text = `${hasBom ? '\xef\xbb\xbf' : ''}${lines.flat().join('')}${last}`;
        const events: Event[] = [];
        const reader = createReader(events, 10);
        for (const chunk of cut(bytesOf(text), at)) reader.push(chunk);
        reader.end();
        const inLines = events.reduce(
          (sum, e) => sum + (e.kind === 'line' ? e.text.length : e.byteLength),
          0,
        );
        const inEnds = lines.reduce((sum, [, ending]) => sum + ending.length, 0);
        expect(inLines + inEnds + (hasBom ? 3 : 0)).toBe(text.length);
        expect(reader.bytes).toBe(text.length);
      }),
    );
  });

  test('keeps the line after an overlong one intact', () => {
    const events = read(
      [bytesOf('short\n'), bytesOf('x'.repeat(50)), bytesOf(`${'y'.repeat(50)}\nnext\n`)],
      10,
    );
    expect(events).toEqual([
      lineOf('short'),
      { kind: 'overlong', head: 'x'.repeat(10), byteLength: 100 },
      lineOf('next'),
    ]);
  });

  test('counts an unfinished overlong last line once', () => {
    const events = read([bytesOf('x'.repeat(6)), bytesOf('x'.repeat(6))], 10);
    expect(events).toEqual([{ kind: 'overlong', head: 'x'.repeat(10), byteLength: 12 }]);
  });

  test('allows a line of exactly the cap with any line end', () => {
    const line = 'x'.repeat(10);
    expect(read(cut(bytesOf(`${line}\r\n${line}\n`), [5, 11, 17]), 10)).toEqual([lineOf(line), lineOf(line)]);
  });

  test('reads 50 MB without a newline in bounded memory', () => {
    const events: Event[] = [];
    const reader = createReader(events);
    const chunk = new Uint8Array(1_000_000).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 50; i++) reader.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MAX_LINE_BYTES);
    reader.push(bytesOf('\nnext\n'));
    reader.end();
    expect(events.map((event) => (event.kind === 'line' ? event.text : event.byteLength))).toEqual([
      50_000_000,
      'next',
    ]);
  });

  test('gives spans of the chunk itself for lines within it', () => {
    const chunk = bytesOf('one\ntwo\nthr');
    const buffers: ArrayBufferLike[] = [];
    const reader = new LineReader({
      skim: (_, at) => at,
      line: ({ buffer }) => buffers.push(buffer),
      overlong: () => {},
    });
    reader.push(chunk);
    expect(buffers).toEqual([chunk.buffer, chunk.buffer]);
    reader.end();
    expect(buffers).toHaveLength(3);
    expect(buffers[2]).not.toBe(chunk.buffer);
  });

  test.for([
    ['little endian', '\xff\xfea\0', true],
    ['big endian', '\xfe\xff\0a', true],
    ['a byte order mark alone', '\xff\xfe', true],
    ['UTF-8', '\xef\xbb\xbfa', false],
    ['plain text', 'abc', false],
    ['nothing', '', false],
  ] as const)('tells UTF-16 by its mark: %s', ([, text, expected]) => {
    for (const at of [0, 1, 2]) {
      const reader = createReader([]);
      for (const chunk of cut(bytesOf(text), [at])) reader.push(chunk);
      reader.end();
      expect(reader.looksLikeUtf16).toBe(expected);
    }
  });
});
