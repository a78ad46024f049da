/** Names that stand for values: the same value has the same name everywhere in a report, so that what belongs together is still seen. */
export class Pseudonyms {
  readonly #names = new Map<string, Map<string, string>>();

  /** The name of a value: `client-1`. Numbers go by first use; nothing of the value is in its name. */
  nameOf(kind: string, value: string): string {
    const names = this.#names.get(kind) ?? new Map<string, string>();
    this.#names.set(kind, names);
    const name = names.get(value) ?? `${kind}-${names.size + 1}`;
    names.set(value, name);
    return name;
  }

  /** The name that a value has already, or null. */
  knownNameOf(kind: string, value: string): string | null {
    return this.#names.get(kind)?.get(value) ?? null;
  }

  /** Values that have a name, by kind. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#names].map(([kind, names]) => [kind, names.size]));
  }
}

/** The same name for all values of a kind. */
export class SameName extends Pseudonyms {
  override nameOf(kind: string): string {
    return kind;
  }

  override knownNameOf(): null {
    return null;
  }
}
