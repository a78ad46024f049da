import { describe, expect, test } from 'vitest';
import { decodeText, encodeText } from '../../src/bytes/text.ts';
import { continuesText, joinLines, LineAssembler } from '../../src/ingest/line-assembler.ts';

interface Assembled {
  readonly taken: readonly boolean[];
  readonly joined: string;
  readonly isComplete: boolean;
}

function assemble(kind: 'json' | 'text', ...lines: readonly string[]): Assembled {
  const assembler = new LineAssembler();
  const taken = lines.map((line, i) => {
    const bytes = encodeText(line);
    if (i > 0) return assembler.take(bytes, 0, bytes.length, i + 1);
    assembler.begin(kind, bytes, 0, bytes.length, 1);
    return true;
  });
  const { isComplete } = assembler;
  const joined = joinLines(assembler.finish(), kind === 'json');
  return { taken, joined: decodeText(joined, 0, joined.length), isComplete };
}

describe('LineAssembler', () => {
  test('is open from the first line to the finish', () => {
    const assembler = new LineAssembler();
    const states = [assembler.isOpen];
    assembler.begin('text', encodeText('a'), 0, 1, 1);
    states.push(assembler.isOpen);
    assembler.finish();
    expect([...states, assembler.isOpen]).toEqual([false, true, false]);
  });

  test('joins text by one blank, without indents and mail quotes', () => {
    const { joined } = assemble('text', '> [t] "GET', '>   / HTTP/1.1"', '\t503 UF');
    expect(joined).toBe('[t] "GET / HTTP/1.1" 503 UF');
  });

  test('joins JSON as it stands', () => {
    expect(assemble('json', '{', '  "a": 1', '}').joined).toBe('{   "a": 1 }');
  });

  test.for([
    ['  indented', true],
    ['\ttabbed', true],
    ['> quoted', true],
    ['"in quotes"', true],
    ['word', false],
    ['[2026', false],
    ['{"a"', false],
  ] as const)('is told by the first byte that the line %j goes on: %s', ([line, expected]) => {
    expect(continuesText(encodeText(line)[0])).toBe(expected);
  });

  test('takes sixteen lines of text at the most', () => {
    const { taken } = assemble('text', 'first', ...Array(20).fill(' more'));
    expect(taken.filter(Boolean).length).toBe(16);
  });

  test('takes 256 lines of JSON at the most', () => {
    const { taken } = assemble('json', '{', ...Array(300).fill('"a": 1,'));
    expect(taken.filter(Boolean).length).toBe(256);
  });

  test('takes 256 KiB at the most', () => {
    const { taken } = assemble('json', '{', 'x'.repeat(200 * 1024), 'x'.repeat(100 * 1024), '}');
    expect(taken).toEqual([true, true, false, true]);
  });

  test.for([
    ['balanced braces', ['{', '"a": {"b": 1}', '}'], true],
    ['an open brace', ['{', '"a": {'], false],
    ['a brace in a string', ['{', '"a": "}"'], false],
    ['a string that goes on behind the line', ['{"a":"{b', 'c}"', '}'], true],
    ['a string cut within its braces', ['{"a":"{b', 'c}"'], false],
    ['a brace behind an escaped quote', ['{', '"a": "\\"}"'], false],
    ['a quote that stays open', ['{', '"a": "', '}'], true],
    ['one line', ['{"a":1}'], true],
  ] as const)('knows JSON with %s to be complete or not', ([, lines, expected]) => {
    expect(assemble('json', ...lines).isComplete).toBe(expected);
  });

  test('never takes text for complete', () => {
    expect(assemble('text', '[t] "GET / HTTP/1.1" 503 UF', ' 0 0 0').isComplete).toBe(false);
  });

  test.for([
    ['a start time and a request', ['[2026-11-21T03:33:07.287Z]'], '> "GET / HTTP/1.1"', true],
    ['a start time and a word', ['[2026-11-21T03:33:07.287Z]'], 'word', false],
    ['a request and a request', ['"GET / HTTP/1.1" 200'], '"GET / HTTP/1.1"', false],
    ['two lines and a request', ['[2026-11-21T03:33:07.287Z]', ' x]'], '"GET / HTTP/1.1"', false],
  ] as const)('awaits the next line of %s: …', ([, lines, next, expected]) => {
    const assembler = new LineAssembler();
    for (const [i, line] of lines.entries()) {
      const bytes = encodeText(line);
      if (i === 0) assembler.begin('text', bytes, 0, bytes.length, 1);
      else assembler.take(bytes, 0, bytes.length, i + 1);
    }
    const bytes = encodeText(next);
    expect(assembler.awaits(bytes, 0, bytes.length)).toBe(expected);
  });

  test('keeps its lines when the buffer they came in is used again', () => {
    const assembler = new LineAssembler();
    const buffer = Buffer.from('{"a":1,');
    assembler.begin('json', buffer, 0, buffer.length, 7);
    buffer.fill(0x7d);
    const [first] = assembler.finish();
    expect({ line: first?.line, text: String(Buffer.from(first?.bytes ?? [])) }).toEqual({
      line: 7,
      text: '{"a":1,',
    });
  });
});
