/** A value of a YAML document, of which nothing is known yet. */
export type Value = unknown;
/** Keys and indexes that lead to a value. */
export type Path = readonly (string | number)[];

/** The value at a path; undefined where the path ends early. */
export function at(value: Value, path: Path): Value {
  let found: Value = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

/** The text at a path; numbers and booleans as they are written. */
export function textAt(value: Value, ...path: Path): string | null {
  const found = at(value, path);
  if (typeof found === 'string') return found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

/** The number at a path, written as a number or as text. */
export function numberAt(value: Value, ...path: Path): number | null {
  const found = textAt(value, ...path);
  return found !== null && /^\d+(\.\d+)?$/.test(found) ? Number(found) : null;
}

/** The items of the list at a path. */
export function listAt(value: Value, ...path: Path): readonly Value[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The texts of the list at a path. */
export function textsAt(value: Value, ...path: Path): readonly string[] {
  return listAt(value, ...path).flatMap((item) => textAt(item) ?? []);
}

/** The labels at a path. */
export function labelsAt(value: Value, ...path: Path): Readonly<Record<string, string>> {
  const found = at(value, path);
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(Object.entries(found).map(([key, item]) => [key, textAt(item) ?? '']));
}

/** True when something is set at the path. */
export function has(value: Value, ...path: Path): boolean {
  return at(value, path) != null;
}

/** True when all wanted labels are there. No wanted label selects everything. */
export function selects(
  wanted: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
