/** Distinct texts that are remembered: logs repeat their addresses, clusters and details. */
const MAX_REMEMBERED = 16_384;

/** The same pure function, which works out a text once. */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(text);
    if (known.size < MAX_REMEMBERED) known.set(text, value);
    return value;
  };
}

/** The same for an object that stays the same. */
export function rememberOf<K extends object, T>(read: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = read(key);
    known.set(key, value);
    return value;
  };
}
