import type { RecordFormat } from '../model/record-format.ts';

/** After so many records in a row of another format, the input is taken to have changed over to it. */
const RECORDS_TO_SWITCH = 3;

/** Remembers the format of one input, which is tried first on each line, and counts the records of every format. */
export class FormatLock {
  readonly #perFormat = new Map<string, number>();
  #format: RecordFormat | null = null;
  #formatRecords = 0;
  #rival: RecordFormat | null = null;
  #rivalRecords = 0;

  /** Null before the first record. */
  get format(): RecordFormat | null {
    return this.#format;
  }

  /** Counts records of the format that the input is known for. */
  countLocked(records: number): void {
    if (records > 0) this.#rivalRecords = 0;
    this.#formatRecords += records;
  }

  /** Counts a record that was found by trying. */
  count(format: RecordFormat): void {
    this.countAside(format);
    this.#rivalRecords = this.#rival === format ? this.#rivalRecords + 1 : 1;
    this.#rival = format;
    if (this.#format === null || this.#rivalRecords >= RECORDS_TO_SWITCH) this.#switchTo(format);
  }

  /** Counts a record whose format says nothing of the lines that follow. */
  countAside({ id }: RecordFormat): void {
    this.#add(id, 1);
  }

  /** Records per format id, most first. */
  finish(): ReadonlyMap<string, number> {
    this.#settle();
    return new Map([...this.#perFormat].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
  }

  #switchTo(format: RecordFormat): void {
    this.#settle();
    this.#format = format;
  }

  #settle(): void {
    if (this.#format !== null) this.#add(this.#format.id, this.#formatRecords);
    this.#formatRecords = 0;
  }

  #add(id: string, records: number): void {
    this.#perFormat.set(id, (this.#perFormat.get(id) ?? 0) + records);
  }
}
