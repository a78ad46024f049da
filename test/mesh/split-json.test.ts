import { expect, test } from 'vitest';
import { splitJsonItems } from '../../src/mesh/split-json.ts';

const itemsOf = (text: string): readonly unknown[] =>
  splitJsonItems(text).map(({ start, end }): unknown => JSON.parse(text.slice(start, end)));

test.for([
  ['a list', '[{"a": {"b": [1, {"c": 2}]}}, {"d": "}"}]', [{ a: { b: [1, { c: 2 }] } }, { d: '}' }]],
  ['items of an object', '{"kind": "List", "items": [{"a": 1}, {"b": {}}]}', [{ a: 1 }, { b: {} }]],
  ['no other list', '{"rows": [{"a": 1}], "items": [{"b": 2}], "more": [{"c": 3}]}', [{ b: 2 }]],
  ['quotes and braces in texts', '{"items": [{"a": "\\"]}{"}]}', [{ a: '"]}{' }]],
  ['nothing in one resource', '{"kind": "Pod", "spec": {"items": [{"a": 1}]}}', []],
  ['nothing in other text', 'kind: Pod', []],
] as const)('finds %s', ([, text, items]) => {
  expect(itemsOf(text)).toEqual(items);
});
