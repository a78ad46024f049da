import { describe, expect, test } from 'vitest';
import { encodeText } from '../../src/bytes/text.ts';
import { isFrameLine, isTableHeader } from '../../src/ingest/frame-line.ts';

describe('a line that only holds entries apart', () => {
  test.for([
    ['{"index":{"_index":"logs","_id":"1"}}', true],
    ['{ "create" : { } }', true],
    ['{"index":{"_index":"logs"},"message":"x"}', false],
    ['{"index":1}', false],
    ['{"index" 1}', false],
    ['{"index":{"a":1}', false],
    ['{"indexes":{}}', false],
    ['"', true],
    ['",pod-1', true],
    ['"\tpod-1', true],
    ['"text"', false],
    ['text', false],
  ] as const)('%s: %s', ([line, expected]) => {
    const bytes = encodeText(line);
    expect(isFrameLine(bytes, 0, bytes.length)).toBe(expected);
  });
});

describe('the header of a table', () => {
  test.for([
    ['"@timestamp","message","kubernetes.pod"', true],
    ['time\tpod\tline', true],
    ['_time;_raw', true],
    ['message', false],
    ['a sentence, with a comma', false],
    [`a,${'b'.repeat(9000)}`, false],
  ] as const)('%s: %s', ([line, expected]) => {
    const bytes = encodeText(line);
    expect(isTableHeader(bytes, 0, bytes.length)).toBe(expected);
  });
});
