import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import { spellPathTemplate } from '../bytes/path-template.ts';
import type { TrafficTable, TrafficTableName } from '../model/aggregate.ts';
import { NOT_IN_FORMAT } from '../model/field.ts';
import { hostEnd } from './address-span.ts';
import * as caps from './caps.ts';
import type { LineView } from './line-view.ts';
import { TemplateHasher } from './shape-reader.ts';
import * as slot from './slots.ts';
import { NEW_KEY, TrafficTableBuilder } from './traffic-table.ts';

// Seeds keep equal bytes in different roles apart.
const SEED_CLUSTER = 11;
const SEED_AUTHORITY = 12;
const SEED_PORT = 13;
const SEED_NOTHING = 14;
const SEED_ENDPOINT = 15;
const SEED_PATH = 16;
const SEED_CALLER = 17;
const SEED_LISTENER = 18;

/** Counts every request, healthy or not, by the keys that failures are compared with. */
export class TrafficCounter {
  readonly #state: HashState;
  readonly #template: TemplateHasher;
  readonly #scopes = new TrafficTableBuilder(caps.MAX_SCOPES, true);
  readonly #endpoints = new TrafficTableBuilder(caps.MAX_ENDPOINTS, true);
  readonly #paths = new TrafficTableBuilder(caps.MAX_PATHS, false);
  readonly #callers = new TrafficTableBuilder(caps.MAX_CALLERS, false);
  readonly #authorities = new TrafficTableBuilder(caps.MAX_AUTHORITIES, true);
  readonly #listeners = new TrafficTableBuilder(caps.MAX_LISTENERS, false);
  #scopeA = 0;
  #scopeB = 0;

  constructor(state: HashState) {
    this.#state = state;
    this.#template = new TemplateHasher(state);
  }

  /** Counts one request; `timeMs` is NaN when the line has no time. */
  count(line: LineView, failed: boolean, timeMs: number): void {
    this.#enterScope(line);
    this.#countScope(line, failed, timeMs);
    this.#countEndpoint(line, failed, timeMs);
    this.#countPath(line, failed, timeMs);
    this.#countCaller(line, failed, timeMs);
    this.#countField(this.#authorities, SEED_AUTHORITY, line, slot.AUTHORITY, failed, timeMs);
    if ((line.spans[slot.SERVER_NAME] ?? NOT_IN_FORMAT) >= 0) {
      this.#countField(this.#listeners, SEED_LISTENER, line, slot.DOWNSTREAM_LOCAL, failed, timeMs);
    }
  }

  /** Scope: the cluster, else the authority, else the local port. */
  #enterScope(line: LineView): void {
    const { bytes, spans } = line;
    const state = this.#state;
    const cluster = spans[slot.UPSTREAM_CLUSTER] ?? NOT_IN_FORMAT;
    const authority = spans[slot.AUTHORITY] ?? NOT_IN_FORMAT;
    const local = spans[slot.DOWNSTREAM_LOCAL] ?? NOT_IN_FORMAT;
    if (cluster >= 0) {
      startHash(state, SEED_CLUSTER);
      hashBytes(state, bytes, cluster, spans[slot.UPSTREAM_CLUSTER + 1] ?? cluster);
    } else if (authority >= 0) {
      startHash(state, SEED_AUTHORITY);
      hashBytes(state, bytes, authority, spans[slot.AUTHORITY + 1] ?? authority);
    } else if (local >= 0) {
      const end = spans[slot.DOWNSTREAM_LOCAL + 1] ?? local;
      startHash(state, SEED_PORT);
      hashBytes(state, bytes, hostEnd(bytes, local, end), end);
    } else startHash(state, SEED_NOTHING);
    this.#scopeA = state.a;
    this.#scopeB = state.b;
  }

  #countScope(line: LineView, failed: boolean, timeMs: number): void {
    finishHash(this.#state);
    let at = this.#scopes.find(this.#state);
    if (at === NEW_KEY) at = this.#scopes.add(this.#state, '', spellScope(line));
    this.#scopes.count(at, failed, timeMs);
  }

  /** Key of the current line's scope. */
  scopeKey(): number {
    this.#startKey(0);
    finishHash(this.#state);
    return keyOf(this.#state);
  }

  /** Starts the key of something within the current scope. */
  #startKey(seed: number): void {
    this.#state.a = this.#scopeA ^ seed;
    this.#state.b = this.#scopeB + seed;
  }

  /** The scope's text, shared by all keys within it. */
  #scopeOf(line: LineView): string {
    const { a, b } = this.#state;
    this.#startKey(0);
    finishHash(this.#state);
    const scope = this.#scopes.labelAt(this.#scopes.find(this.#state)) ?? spellScope(line);
    this.#state.a = a;
    this.#state.b = b;
    return scope;
  }

  #countEndpoint(line: LineView, failed: boolean, timeMs: number): void {
    const start = line.spans[slot.UPSTREAM_HOST] ?? NOT_IN_FORMAT;
    if (start < 0) return;
    const end = line.spans[slot.UPSTREAM_HOST + 1] ?? start;
    this.#startKey(SEED_ENDPOINT);
    hashBytes(this.#state, line.bytes, start, end);
    finishHash(this.#state);
    let at = this.#endpoints.find(this.#state);
    if (at === NEW_KEY)
      at = this.#endpoints.add(this.#state, this.#scopeOf(line), line.decodeKept(start, end));
    this.#endpoints.count(at, failed, timeMs);
  }

  /** Counts a key of the whole log, whatever the scope. */
  #countSpan(
    table: TrafficTableBuilder,
    seed: number,
    line: LineView,
    start: number,
    end: number,
    failed: boolean,
    timeMs: number,
  ): void {
    startHash(this.#state, seed);
    hashBytes(this.#state, line.bytes, start, end);
    finishHash(this.#state);
    let at = table.find(this.#state);
    if (at === NEW_KEY) at = table.add(this.#state, '', line.decodeKept(start, end));
    table.count(at, failed, timeMs);
  }

  #countField(
    table: TrafficTableBuilder,
    seed: number,
    line: LineView,
    at: number,
    failed: boolean,
    timeMs: number,
  ): void {
    const start = line.spans[at] ?? NOT_IN_FORMAT;
    if (start >= 0) this.#countSpan(table, seed, line, start, line.spans[at + 1] ?? start, failed, timeMs);
  }

  #countPath(line: LineView, failed: boolean, timeMs: number): void {
    const start = line.spans[slot.PATH] ?? NOT_IN_FORMAT;
    if (start < 0) return;
    const end = line.spans[slot.PATH + 1] ?? start;
    this.#startKey(SEED_PATH);
    this.#template.hash(line.bytes, start, end);
    finishHash(this.#state);
    let at = this.#paths.find(this.#state);
    if (at === NEW_KEY) {
      const spelled = spellPathTemplate(line.bytes, start, end, (from, to) => line.decode(from, to));
      at = this.#paths.add(this.#state, this.#scopeOf(line), spelled);
    }
    this.#paths.count(at, failed, timeMs);
  }

  #countCaller(line: LineView, failed: boolean, timeMs: number): void {
    const start = line.spans[slot.DOWNSTREAM_REMOTE] ?? NOT_IN_FORMAT;
    if (start < 0) return;
    const end = hostEnd(line.bytes, start, line.spans[slot.DOWNSTREAM_REMOTE + 1] ?? start);
    this.#countSpan(this.#callers, SEED_CALLER, line, start, end, failed, timeMs);
  }

  finish(): Readonly<Record<TrafficTableName, TrafficTable>> {
    return {
      scopes: this.#scopes.finish(),
      endpoints: this.#endpoints.finish(),
      paths: this.#paths.finish(),
      callers: this.#callers.finish(),
      authorities: this.#authorities.finish(),
      listeners: this.#listeners.finish(),
    };
  }
}

/** The scope in words: the cluster's name, `authority NAME`, `port N`. */
export function spellScope(line: LineView): string {
  const cluster = line.keptTextAt(slot.UPSTREAM_CLUSTER);
  if (typeof cluster === 'string') return cluster;
  const authority = line.keptTextAt(slot.AUTHORITY);
  if (typeof authority === 'string') return `authority ${authority}`;
  const local = line.keptTextAt(slot.DOWNSTREAM_LOCAL);
  return typeof local === 'string' ? `port ${local.slice(local.lastIndexOf(':') + 1)}` : 'unknown';
}

/** Address without its port. */
export function spellHost(line: LineView, at: number): string | null {
  const start = line.spans[at] ?? NOT_IN_FORMAT;
  if (start < 0) return null;
  return line.decodeKept(start, hostEnd(line.bytes, start, line.spans[at + 1] ?? start));
}
