/** What becomes of the texts of a value. */
export interface TextChanges {
  /** The text to show; `key` names the property that holds it, and is empty for one of a list. */
  readonly text: (text: string, key: string) => string;
  /** Name of the property that is an object with texts as its keys, and what becomes of those. */
  readonly keyedByTexts?: string;
  readonly key?: (text: string) => string;
}

/**
 * The value with every text in it changed, in the order in which JSON has them. What stays as it is is shared with the
 * original: a report has ten thousand texts, of which few hold what is to be taken out.
 */
export function mapTexts<T>(value: T, changes: TextChanges, key?: string): T;
export function mapTexts(value: unknown, changes: TextChanges, key = ''): unknown {
  if (typeof value === 'string') return changes.text(value, key);
  if (Array.isArray(value)) return mapList(value, changes);
  if (!isObject(value)) return value;
  const mapped = mapProperties(value, changes);
  return changes.key !== undefined && key === changes.keyedByTexts ? mapKeys(mapped, changes.key) : mapped;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function mapList(list: readonly unknown[], changes: TextChanges): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const mapped = mapTexts(list[i], changes);
    if (mapped === list[i]) continue;
    copy ??= list.slice();
    copy[i] = mapped;
  }
  return copy ?? list;
}

function mapProperties(object: Readonly<Record<string, unknown>>, changes: TextChanges): object {
  let copy: Record<string, unknown> | null = null;
  for (const key in object) {
    const value = object[key];
    const mapped = mapTexts(value, changes, key);
    if (mapped === value) continue;
    copy ??= { ...object };
    copy[key] = mapped;
  }
  return copy ?? object;
}

function mapKeys(object: object, map: (text: string) => string): object {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [map(key), value]));
}
