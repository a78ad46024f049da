import { encodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';
import { JsonTree, RANK_DEFAULT } from './json-tree.ts';
import { ZTUNNEL_FIELDS, ZtunnelValues, ztunnelSlotOf } from './ztunnel-values.ts';

const ACCESS = encodeText('access');
const MESSAGES = ['connection complete', 'connection failed'].map(encodeText);

/** Parses what ztunnel prints with `LOG_FORMAT=json`: level, time, scope and message, then the keys of its text. */
export class ZtunnelJsonParser implements LineParser {
  readonly encoding = 'json';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set(ZTUNNEL_FIELDS);
  readonly #values = new ZtunnelValues();
  readonly #tree = new JsonTree((path) => ({ slot: ztunnelSlotOf(path), rank: RANK_DEFAULT }));

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    const values = this.#values;
    values.clear();
    if (!this.#tree.read(bytes, start, end, values.spans)) return 'BAD_JSON';
    const isAccess =
      values.is('scope', bytes, ACCESS) && MESSAGES.some((text) => values.is('message', bytes, text));
    if (!isAccess || !values.isComplete) return 'NOT_THIS_FORMAT';
    spans.fill(NOT_IN_FORMAT);
    values.write('startTime', 'time', bytes, spans);
    values.writeFields(bytes, spans);
    return 'parsed';
  }
}
