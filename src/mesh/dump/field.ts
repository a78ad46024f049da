import type { Path, Value } from '../value.ts';

/** `connectTimeout` for `connect_timeout`: Envoy prints the one, istioctl the other, and old dumps hold both. */
function toCamel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** True when a key of a dump, in either spelling, is this one. */
export function isKey(written: string, key: string | number): boolean {
  return written === key || (typeof key === 'string' && written === toCamel(key));
}

/** The value at a path of Envoy's field names; undefined where the path ends early. */
export function fieldAt(value: Value, ...path: Path): Value {
  let found: Value = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    const written = Object.hasOwn(found, key) || typeof key === 'number' ? key : toCamel(key);
    if (!Object.hasOwn(found, written)) return undefined;
    found = Reflect.get(found, written);
  }
  return found;
}

/** The text at a path; numbers and booleans as they are written. */
export function fieldText(value: Value, ...path: Path): string | null {
  const found = fieldAt(value, ...path);
  if (typeof found === 'string') return found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

/** The number at a path, written as a number or as text. */
export function fieldNumber(value: Value, ...path: Path): number | null {
  const text = fieldText(value, ...path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** The items of the list at a path. */
export function fieldList(value: Value, ...path: Path): readonly Value[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The texts of the list at a path. */
export function fieldTexts(value: Value, ...path: Path): readonly string[] {
  return fieldList(value, ...path).flatMap((item) => fieldText(item) ?? []);
}

/** The entries of the object at a path. */
export function fieldEntries(value: Value, ...path: Path): readonly (readonly [string, Value])[] {
  const found = fieldAt(value, ...path);
  return typeof found === 'object' && found !== null ? Object.entries(found) : [];
}
