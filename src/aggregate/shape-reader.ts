import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashNumber, keyOf, startHash } from '../bytes/hash.ts';
import { spellPathTemplate } from '../bytes/path-template.ts';
import { decodeText, unescapeJson } from '../bytes/text.ts';
import { NOT_IN_FORMAT } from '../model/field.ts';
import type { Logged } from '../model/logged.ts';
import type { Shape } from '../model/shape.ts';
import { DURATION_BANDS_MS, EXACT_BYTES_LIMIT } from '../model/shape.ts';
import type { FailureKeys } from './failure-keys.ts';
import * as keyAt from './failure-keys.ts';
import type { InternedTexts } from './interned-text.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

const SEED_SHAPE = 20;
const NO_BAND = -2;

/** Lower edge of the band that a duration falls into. */
export function durationBand(durationMs: number): number {
  let band = 0;
  for (const edge of DURATION_BANDS_MS) {
    if (edge > durationMs) break;
    band = edge;
  }
  return band;
}

/** Sizes as shapes hold them: exact where replies of the proxy lie, powers of two above. */
export function bytesBand(bytes: number): number {
  return bytes <= EXACT_BYTES_LIMIT ? bytes : 2 ** Math.floor(Math.log2(bytes));
}

/** The field at `slot` as a number, which the keys hold already where it is plainly one. */
export function numberOf(line: LineView, keys: FailureKeys, place: number, at: number): Logged<number> {
  const known = keys[place] ?? -1;
  return known >= 0 ? known : line.numberAt(at);
}

/** Hashes and reads the categorical part of records. */
export class ShapeReader {
  readonly #state: HashState = { a: 0, b: 0 };
  readonly #texts: InternedTexts;

  constructor(texts: InternedTexts) {
    this.#texts = texts;
  }

  /** Hash of the line's shape within its group. */
  hashShape(line: LineView, keys: FailureKeys, flagsHash: number): number {
    const state = this.#state;
    const key = keys[keyAt.SHAPE] ?? 0;
    startHash(state, SEED_SHAPE);
    hashNumber(state, key | 0);
    hashNumber(state, Math.floor(key / 0x100000) | 0);
    hashNumber(state, flagsHash);
    this.#hashBand(numberOf(line, keys, keyAt.DURATION, slot.DURATION), durationBand);
    this.#hashBand(numberOf(line, keys, keyAt.BYTES_SENT, slot.BYTES_SENT), bytesBand);
    this.#hashBand(numberOf(line, keys, keyAt.BYTES_RECEIVED, slot.BYTES_RECEIVED), bytesBand);
    finishHash(state);
    return keyOf(state);
  }

  #hashBand(value: Logged<number>, band: (value: number) => number): void {
    hashNumber(this.#state, typeof value === 'number' ? band(value) : NO_BAND);
  }

  /** Text of the line's path template. */
  spellPath(line: LineView): Logged<string> {
    const start = line.spans[slot.PATH] ?? NOT_IN_FORMAT;
    if (start === NOT_IN_FORMAT) return undefined;
    if (start < 0) return null;
    const text = spellPathTemplate(line.bytes, start, line.spans[slot.PATH + 1] ?? start, (from, to) =>
      decodeText(line.bytes, from, to),
    );
    // Not segment by segment: the slash that ends one may be escaped.
    return line.encoding === 'json' ? unescapeJson(text) : text;
  }

  /** The line's shape in words. */
  readShape(line: LineView, keys: FailureKeys, flags: readonly string[]): Shape {
    const text = (at: number): Logged<string> => this.#texts.textAt(line, keys, at);
    const banded = (at: number, band: (value: number) => number): Logged<number> => {
      const value = line.numberAt(at);
      return typeof value === 'number' ? band(value) : value;
    };
    return {
      responseCode: line.numberAt(slot.RESPONSE_CODE),
      responseFlags: flags,
      responseCodeDetails: text(slot.DETAILS),
      connectionTerminationDetails: text(slot.TERMINATION_DETAILS),
      upstreamTransportFailureReason: text(slot.TRANSPORT_FAILURE),
      mixerStatus: text(slot.MIXER_STATUS),
      method: text(slot.METHOD),
      path: this.spellPath(line),
      protocol: text(slot.PROTOCOL),
      authority: text(slot.AUTHORITY),
      upstreamHost: text(slot.UPSTREAM_HOST),
      upstreamCluster: text(slot.UPSTREAM_CLUSTER),
      routeName: text(slot.ROUTE_NAME),
      requestedServerName: text(slot.SERVER_NAME),
      downstreamLocalAddress: text(slot.DOWNSTREAM_LOCAL),
      hasUpstreamLocalAddress: presence(line, slot.UPSTREAM_LOCAL),
      hasUpstreamServiceTime: presence(line, slot.SERVICE_TIME),
      bytesSent: banded(slot.BYTES_SENT, bytesBand),
      bytesReceived: banded(slot.BYTES_RECEIVED, bytesBand),
      durationMs: banded(slot.DURATION, durationBand),
      upstreamRequestAttemptCount: line.numberAt(slot.ATTEMPT_COUNT),
      grpcStatus: line.numberAt(slot.GRPC_STATUS),
    };
  }
}

function presence(line: LineView, at: number): boolean | undefined {
  const start = line.spans[at] ?? NOT_IN_FORMAT;
  return start === NOT_IN_FORMAT ? undefined : start >= 0;
}
