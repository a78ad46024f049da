import type { RecordPlace } from '../model/record-place.ts';

/** Whose lines were counted, as far as it matters: whether all of them are those of one pod, which stands before each. */
export class Pods {
  #only: string | null | undefined;

  /** Takes in one record. */
  add(place: RecordPlace): void {
    this.addLines(place.isBehindPod ? place.source().pod : null);
  }

  /** Takes in lines before each of which this pod stands; null: nobody knows whose they are. */
  addLines(pod: string | null): void {
    if (this.#only === undefined) this.#only = pod;
    else if (this.#only !== pod) this.#only = null;
  }

  /** The only pod; null when there are several, or lines that name none. */
  get only(): string | null {
    return this.#only ?? null;
  }
}
