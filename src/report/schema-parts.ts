/** Short spellings of what the schema says often. */

export const TEXT = { type: 'string' } as const;
export const COUNT = { type: 'integer', minimum: 0 } as const;
export const SHARE = { type: 'number', minimum: 0, maximum: 1 } as const;
export const TIME = { type: 'string', format: 'date-time' } as const;
export const TEXTS = { type: 'array', items: TEXT } as const;

/** Slugs are stable, but new ones come: a pattern, not a list. */
export const DIAGNOSIS_ID = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } as const;

/** A value or `null`. */
export function orNull<S>(schema: S): { readonly anyOf: readonly [S, { readonly type: 'null' }] } {
  return { anyOf: [schema, { type: 'null' }] };
}

/** A list of one kind. */
export function listOf<S>(items: S): { readonly type: 'array'; readonly items: S } {
  return { type: 'array', items };
}

interface ObjectSchema<P> {
  readonly type: 'object';
  readonly properties: P;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** An object with exactly these keys; all are required but the optional ones. */
export function objectOf<P extends Readonly<Record<string, unknown>>>(
  properties: P,
  optional: readonly (keyof P)[] = [],
): ObjectSchema<P> {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
    additionalProperties: false,
  };
}
