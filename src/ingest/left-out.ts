/** Names that are shown of files that are left out. */
const MAX_NAMED = 3;
const MAX_NAME = 100;

/** The files of an archive that are no logs, in a sentence that stays short. */
export class LeftOut {
  readonly #named: string[] = [];
  count = 0;

  add(name: string): void {
    this.count++;
    if (this.#named.length < MAX_NAMED)
      this.#named.push(name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name);
  }

  toString(): string {
    const others = this.count - this.#named.length;
    const files = this.count === 1 ? '1 file that is' : `${this.count} files that are`;
    return `left out ${files} no log by name and content: ${this.#named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  }
}
