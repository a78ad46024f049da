import { isDigit } from '../src/bytes/number.ts';
import { encodeText, matchesAt } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import { writeSpan } from './write-span.ts';

const INBOUND = encodeText('inbound');

const KEYS = [
  'src.addr',
  'dst.addr',
  'dst.hbone_addr',
  'dst.service',
  'direction',
  'bytes_sent',
  'bytes_recv',
  'duration',
  'error',
  // In JSON only.
  'time',
  'scope',
  'message',
] as const;
type Key = (typeof KEYS)[number];
/** Place of the value of a key in the table of one line, or -1. */
export function ztunnelSlotOf(name: string): number {
  const names: readonly string[] = KEYS;
  const key = names.indexOf(name);
  return key < 0 ? -1 : 2 * key;
}

const KEY_BYTES = KEYS.map(encodeText);

/** The fields that ztunnel logs, be it as text or as JSON. */
export const ZTUNNEL_FIELDS: readonly Field[] = [
  'startTime',
  'connectionTerminationDetails',
  'upstreamTransportFailureReason',
  'bytesReceived',
  'bytesSent',
  'duration',
  'authority',
  'upstreamHost',
  'upstreamCluster',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
];

/** Where the values of one line of ztunnel lie, and which fields they are. */
export class ZtunnelValues {
  /** Start and end of the value of each key. */
  readonly spans = new Int32Array(2 * KEYS.length);

  clear(): void {
    this.spans.fill(NOT_IN_FORMAT);
  }

  /** Place of the value of the key `bytes[start, end)` in `spans`, or -1. */
  slotOf(bytes: Uint8Array, start: number, end: number): number {
    const key = KEY_BYTES.findIndex(
      (known) => known.length === end - start && matchesAt(bytes, start, end, known),
    );
    return key < 0 ? -1 : 2 * key;
  }

  /** The value of a key is this text. */
  is(key: Key, bytes: Uint8Array, text: Uint8Array): boolean {
    return (
      this.#endOf(key) - this.#startOf(key) === text.length &&
      matchesAt(bytes, this.#startOf(key), this.#endOf(key), text)
    );
  }

  /** True when the line says who connects to whom. */
  get isComplete(): boolean {
    return this.#has('src.addr') && this.#has('dst.addr');
  }

  #has(key: Key): boolean {
    return this.#startOf(key) >= 0;
  }

  #startOf(key: Key): number {
    return this.spans[2 * KEYS.indexOf(key)] ?? NOT_IN_FORMAT;
  }

  #endOf(key: Key): number {
    return this.spans[2 * KEYS.indexOf(key) + 1] ?? NOT_IN_FORMAT;
  }

  /**
   * Seen from the source, ztunnel connects to `dst.addr`, through a tunnel that leads to `dst.hbone_addr`; seen from the
   * destination, `dst.addr` is its own end of the tunnel. It counts as sent what it sends to the other end of the hop.
   * Source: istio/ztunnel, src/proxy/inbound.rs and src/proxy/metrics.rs; both sides of one connection in its logs.
   */
  writeFields(bytes: Uint8Array, spans: Int32Array): void {
    const isInbound = this.is('direction', bytes, INBOUND);
    const tunnelled = this.#has('dst.hbone_addr');
    this.write('downstreamRemoteAddress', 'src.addr', bytes, spans);
    this.write('authority', 'dst.hbone_addr', bytes, spans);
    this.write('upstreamHost', isInbound && tunnelled ? 'dst.hbone_addr' : 'dst.addr', bytes, spans);
    this.write('downstreamLocalAddress', isInbound ? 'dst.addr' : null, bytes, spans);
    this.write('upstreamCluster', 'dst.service', bytes, spans);
    this.write('bytesSent', isInbound ? 'bytes_sent' : 'bytes_recv', bytes, spans);
    this.write('bytesReceived', isInbound ? 'bytes_recv' : 'bytes_sent', bytes, spans);
    this.#writeDuration(bytes, spans);
    this.write('connectionTerminationDetails', 'error', bytes, spans);
    this.write('upstreamTransportFailureReason', 'error', bytes, spans);
  }

  /** Writes the field; a key that the line lacks has no value. */
  write(field: Field, key: Key | null, bytes: Uint8Array, spans: Int32Array): void {
    const slot = spanOf(field);
    if (key === null || !this.#has(key)) spans[slot] = spans[slot + 1] = LOGGED_ABSENT;
    else writeSpan(bytes, this.#startOf(key), this.#endOf(key), spans, slot);
  }

  /** `10002ms`: the digits are the value. */
  #writeDuration(bytes: Uint8Array, spans: Int32Array): void {
    this.write('duration', 'duration', bytes, spans);
    const slot = spanOf('duration');
    const start = spans[slot] ?? NOT_IN_FORMAT;
    if (start < 0) return;
    const end = spans[slot + 1] ?? start;
    let at = start;
    while (at < end && isDigit(bytes[at])) at++;
    if (at > start) spans[slot + 1] = at;
  }
}
