import type { Field } from '../src/model/field.ts';
import { FIELDS, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { KeySource, LineParser, ParseOutcome } from '../src/model/record-format.ts';
import type { LeastFields } from './code-and-flags.ts';
import { isJsonRecord } from './code-and-flags.ts';
import type { NamedField } from './field-names.ts';
import type { PathSlot } from './json-tree.ts';
import { BY_VALUE, JsonTree, RANK_DEFAULT, RANK_LOOK, RANK_NAME } from './json-tree.ts';

/** An object with a whole access line in it is what a tool put around that line, which says more. */
const LINE_SLOT = 2 * FIELDS.length;

/** Keys that come up later than this are not told of. */
const MAX_NOTED_RECORDS = 256;

/** What says which field a value is. */
export interface TreeRule {
  /** The field of a path such as `http.request.method`. */
  readonly fieldOfPath: (path: string) => NamedField | null;
  /** The field that a value looks like, where the path says nothing; null: such values are passed over. */
  readonly fieldOfValue: ((path: string, value: string) => Field | 'line' | null) | null;
  readonly least: LeastFields;
}

/** Parses objects within objects, and finds out what keys of nobody's making stand for. */
export class JsonTreeParser implements LineParser {
  readonly encoding = 'json';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set();
  readonly #rule: TreeRule;
  readonly #tree: JsonTree;
  /** The spans of the fields, and of an access line within the object. */
  readonly #found = new Int32Array(LINE_SLOT + 2);
  readonly #pathsOfRecords = new Set<string>();
  #noted = 0;
  readonly #sources = new Map<string, KeySource>();

  constructor(rule: TreeRule) {
    this.#rule = rule;
    this.#tree = new JsonTree(
      (path) => this.#slotOfPath(path),
      (path, value, target) => this.#takeByValue(path, value, target),
    );
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    const found = this.#found;
    found.fill(NOT_IN_FORMAT);
    if (!this.#tree.read(bytes, start, end, found)) return 'BAD_JSON';
    if (found[LINE_SLOT] !== NOT_IN_FORMAT) return 'NOT_THIS_FORMAT';
    spans.set(found.subarray(0, LINE_SLOT));
    if (!isJsonRecord(bytes, spans, this.#rule.least)) return 'NOT_THIS_FORMAT';
    // Sources of objects that were no records are not told of.
    if (this.#noted < MAX_NOTED_RECORDS) {
      this.#noted++;
      for (const path of this.#tree.lastPaths()) this.#pathsOfRecords.add(path);
    }
    return 'parsed';
  }

  /** Which key became which field, in the order of the fields. */
  keySources(): readonly KeySource[] {
    const told = [...this.#sources.values()].filter(({ key }) => this.#pathsOfRecords.has(key));
    return told.sort((a, b) => FIELDS.indexOf(a.field) - FIELDS.indexOf(b.field) || (a.key < b.key ? -1 : 1));
  }

  #slotOfPath(path: string): PathSlot {
    const named = this.#rule.fieldOfPath(path);
    if (named === null) return { slot: this.#rule.fieldOfValue === null ? -1 : BY_VALUE, rank: RANK_LOOK };
    const { field, isDefault } = named;
    this.#sources.set(path, { key: path, field, by: 'name' });
    return { slot: spanOf(field), rank: isDefault ? RANK_DEFAULT : RANK_NAME };
  }

  #takeByValue(path: string, value: string, target: PathSlot): void {
    const field = this.#rule.fieldOfValue?.(path, value) ?? null;
    if (field === null) return;
    target.slot = field === 'line' ? LINE_SLOT : spanOf(field);
    if (field !== 'line') this.#sources.set(path, { key: path, field, by: 'value' });
  }
}
