import { decodeText, encodeText, unescapeJson } from '../bytes/text.ts';
import type { AggregatePart, TrafficTable, TrafficTableName } from '../model/aggregate.ts';
import { TRAFFIC_TABLES } from '../model/aggregate.ts';
import * as caps from './caps.ts';
import type { KernelExports } from './kernel-exports.ts';
import type { KernelMemory } from './kernel-memory.ts';

/** In the order of `tableAt` in wasm/traffic.ts. */
const TABLES = [...TRAFFIC_TABLES, 'servers'] as const;
type TableName = (typeof TABLES)[number];
const TIMED_TABLES: readonly TableName[] = ['scopes', 'endpoints', 'authorities', 'servers'];
const TIME_COLUMNS = { healthyFirst: 2, healthyLast: 3, failedFirst: 4, failedLast: 5 } as const;
const BACKSLASH = 0x5c;
const WORD_BYTES = 4;
const DOUBLE_BYTES = 8;

/** What a kernel counts of all traffic: the tables are its own until they are finished. */
export class TrafficTables {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  #isSettled = false;

  constructor(kernel: KernelExports, memory: KernelMemory, tableCaps = caps.TABLE_CAPS) {
    this.#kernel = kernel;
    this.#memory = memory;
    const { scopes, endpoints, paths, callers, authorities, listeners, servers } = tableCaps;
    kernel.openTables(scopes, endpoints, paths, callers, authorities, listeners, servers);
  }

  /** All tables as they are, to be added to those of another kernel. */
  pack(): AggregatePart['traffic'] {
    return this.#memory.take(this.#kernel.trafficBytes(), (at) => this.#kernel.packTraffic(at));
  }

  /** Adds what the kernel of another part has counted. */
  add(traffic: AggregatePart['traffic']): void {
    this.#memory.lend(traffic, (at) => this.#kernel.addTraffic(at));
  }

  /** The tables as values: the kept keys in order of hash, and the totals over all keys. Call once, at the end. */
  finish(): Readonly<Record<TrafficTableName, TrafficTable>> {
    if (this.#isSettled) throw new Error('the tables of a kernel can be finished only once');
    this.#isSettled = true;
    return {
      scopes: this.#finishTable('scopes'),
      endpoints: this.#finishTable('endpoints'),
      paths: this.#finishTable('paths'),
      callers: this.#finishTable('callers'),
      authorities: this.#finishTable('authorities'),
      listeners: this.#finishTable('listeners'),
    };
  }

  /** Requests by the address on which their proxies took them in. Call once, at the end. */
  servers(): TrafficTable {
    return this.#finishTable('servers');
  }

  #finishTable(name: TableName): TrafficTable {
    const kernel = this.#kernel;
    const table = TABLES.indexOf(name);
    const rows = kernel.sortTable(table);
    const out = kernel.allocate(rows * DOUBLE_BYTES);
    const column = (write: (to: number) => void): Float64Array => {
      write(out);
      return new Float64Array(kernel.memory.buffer, out, rows).slice();
    };
    const counts = (n: number): Float64Array => column((to) => kernel.writeColumn(table, n, to));
    const isTimed = TIMED_TABLES.includes(name);
    const times = (n: number): Float64Array => (isTimed ? counts(n) : new Float64Array(0));
    const finished = {
      hash: column((to) => kernel.writeKeys(table, to)),
      healthy: counts(0),
      failed: counts(1),
      healthyFirst: times(TIME_COLUMNS.healthyFirst),
      healthyLast: times(TIME_COLUMNS.healthyLast),
      failedFirst: times(TIME_COLUMNS.failedFirst),
      failedLast: times(TIME_COLUMNS.failedLast),
      ...this.#finishScopes(
        table,
        column((to) => kernel.writeScopeKeys(table, to)),
      ),
      ...this.#finishTexts(table, rows),
      total: { healthy: kernel.healthyTotal(table), failed: kernel.failedTotal(table) },
    };
    kernel.release(out);
    return finished;
  }

  /** Numbers the scopes in order of rows; those of which the kept text is the same are one. */
  #finishScopes(table: number, keys: Float64Array): Pick<TrafficTable, 'scope' | 'scopeNames'> {
    const places = new Map<number, number>();
    const placesByName = new Map<string, number>();
    const scope = new Uint32Array(keys.length);
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row] ?? 0;
      let place = places.get(key);
      if (place === undefined) {
        const name = this.#scopeAt(table, row);
        place = placesByName.get(name) ?? placesByName.size;
        placesByName.set(name, place);
        places.set(key, place);
      }
      scope[row] = place;
    }
    return { scope, scopeNames: [...placesByName.keys()] };
  }

  #scopeAt(table: number, row: number): string {
    const at = this.#kernel.scopeAt(table, row);
    const bytes = new Uint8Array(this.#kernel.memory.buffer);
    const text = decodeText(bytes, at, at + this.#kernel.scopeLengthAt(table, row));
    return this.#kernel.isJsonAt(table, row) ? unescapeJson(text) : text;
  }

  #finishTexts(table: number, rows: number): Pick<TrafficTable, 'keys' | 'keyEnds'> {
    const kernel = this.#kernel;
    const length = kernel.textBytes(table);
    const out = kernel.allocate(length + (rows + 1) * WORD_BYTES);
    const ends = (out + length + WORD_BYTES - 1) & -WORD_BYTES;
    kernel.writeTexts(table, out, ends);
    const keys = new Uint8Array(kernel.memory.buffer, out, length).slice();
    const keyEnds = new Uint32Array(kernel.memory.buffer, ends, rows).slice();
    kernel.release(out);
    return keys.includes(BACKSLASH) ? this.#unescapeTexts(table, { keys, keyEnds }) : { keys, keyEnds };
  }

  /** Keys of JSON logs stand as they were logged until here. */
  #unescapeTexts(
    table: number,
    { keys, keyEnds }: Pick<TrafficTable, 'keys' | 'keyEnds'>,
  ): Pick<TrafficTable, 'keys' | 'keyEnds'> {
    const texts = Array.from(keyEnds, (end, row) => {
      const text = keys.subarray(keyEnds[row - 1] ?? 0, end);
      if (!this.#kernel.isJsonAt(table, row) || !text.includes(BACKSLASH)) return text;
      return encodeText(unescapeJson(decodeText(text, 0, text.length)));
    });
    return joinTexts(texts);
  }
}

function joinTexts(texts: readonly Uint8Array[]): Pick<TrafficTable, 'keys' | 'keyEnds'> {
  let length = 0;
  const keyEnds = Uint32Array.from(texts, (text) => {
    length += text.length;
    return length;
  });
  const keys = new Uint8Array(length);
  texts.forEach((text, row) => {
    keys.set(text, keyEnds[row - 1] ?? 0);
  });
  return { keys, keyEnds };
}
