import { describe, expect, test } from 'vitest';
import { createSpans, FIELD_OPERATORS, FIELDS, spanOf } from '../../src/model/field.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';

describe('fields', () => {
  test('have two places each in a span table', () => {
    expect(FIELDS.map(spanOf)).toEqual(FIELDS.map((_, i) => 2 * i));
    expect(createSpans()).toHaveLength(2 * FIELDS.length);
  });

  test('have an operator each', () => {
    expect(Object.keys(FIELD_OPERATORS)).toEqual([...FIELDS]);
    expect(new Set(Object.values(FIELD_OPERATORS)).size).toBe(FIELDS.length);
  });
});

test('the empty shape knows nothing', () => {
  const { responseFlags, ...others } = EMPTY_SHAPE;
  expect(responseFlags).toEqual([]);
  expect(Object.values(others).filter((value) => value !== undefined)).toEqual([]);
});
