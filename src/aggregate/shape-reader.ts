import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, hashNumber, keyOf } from '../bytes/hash.ts';
import type { TemplateSink } from '../bytes/path-template.ts';
import { spellPathTemplate, walkPathTemplate } from '../bytes/path-template.ts';
import { decodeText, unescapeJson } from '../bytes/text.ts';
import { NOT_IN_FORMAT } from '../model/field.ts';
import type { Logged } from '../model/logged.ts';
import type { Shape } from '../model/shape.ts';
import { DURATION_BANDS_MS, EXACT_BYTES_LIMIT } from '../model/shape.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

/** Fields whose bytes are part of a shape. */
const TEXT_SLOTS = [
  slot.METHOD,
  slot.PROTOCOL,
  slot.RESPONSE_CODE,
  slot.DETAILS,
  slot.TERMINATION_DETAILS,
  slot.TRANSPORT_FAILURE,
  slot.MIXER_STATUS,
  slot.AUTHORITY,
  slot.UPSTREAM_HOST,
  slot.UPSTREAM_CLUSTER,
  slot.DOWNSTREAM_LOCAL,
  slot.SERVER_NAME,
  slot.ROUTE_NAME,
  slot.ATTEMPT_COUNT,
  slot.GRPC_STATUS,
] as const;
const PRESENCE_SLOTS = [
  slot.UPSTREAM_LOCAL,
  slot.SERVICE_TIME,
  slot.DURATION,
  slot.BYTES_SENT,
  slot.BYTES_RECEIVED,
  slot.PATH,
] as const;

const ABSENT_MARK = -2;

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

/** Adds a path template to a hash without spelling it. */
export class TemplateHasher implements TemplateSink {
  readonly #state: HashState;

  constructor(state: HashState) {
    this.#state = state;
  }

  /** Adds the template of `bytes[start, end)` to the running hash. */
  hash(bytes: Uint8Array, start: number, end: number): void {
    walkPathTemplate(bytes, start, end, this);
  }

  segment(bytes: Uint8Array, start: number, end: number, masked: boolean): void {
    if (masked) hashNumber(this.#state, ABSENT_MARK);
    else hashBytes(this.#state, bytes, start, end);
  }

  cut(): void {
    hashNumber(this.#state, NOT_IN_FORMAT);
  }
}

/** Hashes and spells the categorical part of records. */
export class ShapeReader {
  readonly #state: HashState;
  readonly #template: TemplateHasher;

  constructor(state: HashState) {
    this.#state = state;
    this.#template = new TemplateHasher(state);
  }

  /** Hash of the line's shape, begun with the hash of its group. */
  hashShape(line: LineView, flagsHash: number): number {
    const { bytes, spans } = line;
    const state = this.#state;
    hashNumber(state, flagsHash);
    for (const at of TEXT_SLOTS) {
      const start = spans[at] ?? NOT_IN_FORMAT;
      if (start < 0) hashNumber(state, start);
      else hashBytes(state, bytes, start, spans[at + 1] ?? start);
    }
    for (const at of PRESENCE_SLOTS) hashNumber(state, Math.min(spans[at] ?? NOT_IN_FORMAT, 0));
    const pathStart = spans[slot.PATH] ?? NOT_IN_FORMAT;
    if (pathStart >= 0) this.#template.hash(bytes, pathStart, spans[slot.PATH + 1] ?? pathStart);
    this.#hashBand(line.numberAt(slot.DURATION), durationBand);
    this.#hashBand(line.numberAt(slot.BYTES_SENT), bytesBand);
    this.#hashBand(line.numberAt(slot.BYTES_RECEIVED), bytesBand);
    finishHash(state);
    return keyOf(state);
  }

  #hashBand(value: Logged<number>, band: (value: number) => number): void {
    hashNumber(this.#state, typeof value === 'number' ? band(value) : ABSENT_MARK);
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
  readShape(line: LineView, flags: readonly string[]): Shape {
    const text = (at: number): Logged<string> => line.repeatedTextAt(at);
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
