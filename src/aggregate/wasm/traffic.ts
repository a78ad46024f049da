// Counts every request, healthy or not, by the keys that failures are compared with.

import { hostEnd, portColon } from './address';
import * as bytes from './bytes';
import { hashBytes, startHash, toKey } from './hash';
import { hashTemplate, MAX_TEMPLATE_BYTES, spellTemplate } from './path';
import * as span from './spans';
import { NEW_KEY, Table, TURNED_AWAY } from './table';

// Seeds keep equal bytes in different roles apart; they are part of what is merged.
const SEED_CLUSTER: u64 = 11;
const SEED_AUTHORITY: u64 = 12;
const SEED_PORT: u64 = 13;
const SEED_NOTHING: u64 = 14;
const SEED_ENDPOINT: u64 = 15;
const SEED_PATH: u64 = 16;
const SEED_CALLER: u64 = 17;
const SEED_LISTENER: u64 = 18;
const SEED_SERVER: u64 = 35;

/** Longer values are kept cut. */
const MAX_KEPT_BYTES: usize = 512;
/** Of `authority `. */
const LONGEST_WORD_BYTES: usize = 10;
/** A word, a kept text, and what says that it was cut. */
export const MAX_SCOPE_BYTES: usize = LONGEST_WORD_BYTES + MAX_KEPT_BYTES + bytes.ELLIPSIS_BYTES;

let scopes: Table = Table.create(1, true);
let endpoints: Table = Table.create(1, true);
let paths: Table = Table.create(1, false);
let callers: Table = Table.create(1, false);
let authorities: Table = Table.create(1, true);
let listeners: Table = Table.create(1, false);
let servers: Table = Table.create(1, true);

/** Whether the texts of the line may hold escapes. */
let isJson: bool = false;

// Keys of the line. They are all made before the first is looked up, so that the memory fetches their slots side by side.
let scopeKey: u64 = 0;
let endpointKey: u64 = 0;
let pathKey: u64 = 0;
let callerKey: u64 = 0;
let authorityKey: u64 = 0;
let listenerKey: u64 = 0;
/** Keeps the early reads from being optimised away. @public */
export let peeked: u64 = 0;

/** Makes the tables, each with its cap. */
export function openTables(
  maxScopes: usize,
  maxEndpoints: usize,
  maxPaths: usize,
  maxCallers: usize,
  maxAuthorities: usize,
  maxListeners: usize,
  maxServers: usize,
): void {
  scopes = Table.create(maxScopes, true);
  endpoints = Table.create(maxEndpoints, true);
  paths = Table.create(maxPaths, false);
  callers = Table.create(maxCallers, false);
  authorities = Table.create(maxAuthorities, true);
  listeners = Table.create(maxListeners, false);
  servers = Table.create(maxServers, true);
}

export function setEncoding(json: bool): void {
  isJson = json;
}

/** Whether the texts of the line may hold escapes. */
export function mayEscape(): bool {
  return isJson;
}

export const TABLE_COUNT: i32 = 7;

/** The tables in the order of TRAFFIC_TABLES in src/model/aggregate.ts, and that of the servers. */
export function tableAt(n: i32): Table {
  if (n === 0) return scopes;
  if (n === 1) return endpoints;
  if (n === 2) return paths;
  if (n === 3) return callers;
  if (n === 4) return authorities;
  return n === 5 ? listeners : servers;
}

/** Counts the request whose fields the spans show; `timeMs` is NaN when it has no time. Returns the key of its scope. */
export function countRequest(failed: bool, timeMs: f64): u64 {
  makeKeys();
  countScope(failed, timeMs);
  if (!span.isAbsent(span.UPSTREAM_HOST)) countEndpoint(failed, timeMs);
  if (!span.isAbsent(span.PATH)) countPath(failed, timeMs);
  if (!span.isAbsent(span.DOWNSTREAM_REMOTE)) countCaller(failed, timeMs);
  if (!span.isAbsent(span.AUTHORITY)) countField(authorities, authorityKey, span.AUTHORITY, failed, timeMs);
  if (isOnListener()) countField(listeners, listenerKey, span.DOWNSTREAM_LOCAL, failed, timeMs);
  return scopeKey;
}

/** Listeners count only requests that carried a server name. */
function isOnListener(): bool {
  return !span.isAbsent(span.SERVER_NAME) && !span.isAbsent(span.DOWNSTREAM_LOCAL);
}

/** Keys of fields that the line lacks are never used. */
function makeKeys(): void {
  const scope = hashScope();
  scopeKey = toKey(scope);
  endpointKey = toKey(hashField(scope + SEED_ENDPOINT, span.UPSTREAM_HOST));
  const path = span.startAt(span.PATH);
  if (path >= 0) pathKey = toKey(hashTemplate(scope + SEED_PATH, path, span.endAt(span.PATH)));
  const caller = span.startAt(span.DOWNSTREAM_REMOTE);
  if (caller >= 0)
    callerKey = toKey(
      hashBytes(scope + SEED_CALLER, caller, hostEnd(caller, span.endAt(span.DOWNSTREAM_REMOTE))),
    );
  authorityKey = toKey(hashField(startHash(SEED_AUTHORITY), span.AUTHORITY));
  if (isOnListener()) listenerKey = toKey(hashField(startHash(SEED_LISTENER), span.DOWNSTREAM_LOCAL));
  peeked =
    scopes.peek(scopeKey) +
    endpoints.peek(endpointKey) +
    paths.peek(pathKey) +
    callers.peek(callerKey) +
    authorities.peek(authorityKey) +
    listeners.peek(listenerKey);
}

function hashField(state: u64, slot: i32): u64 {
  const start = span.startAt(slot);
  return start < 0 ? state : hashBytes(state, start, span.endAt(slot));
}

/** Scope: the cluster, else the authority, else the local port. */
function hashScope(): u64 {
  if (!span.isAbsent(span.UPSTREAM_CLUSTER)) return hashField(startHash(SEED_CLUSTER), span.UPSTREAM_CLUSTER);
  if (!span.isAbsent(span.AUTHORITY)) return hashField(startHash(SEED_AUTHORITY), span.AUTHORITY);
  const local = span.startAt(span.DOWNSTREAM_LOCAL);
  if (local < 0) return startHash(SEED_NOTHING);
  const end = span.endAt(span.DOWNSTREAM_LOCAL);
  const colon = portColon(local, end);
  return hashBytes(startHash(SEED_PORT), colon < end ? colon : local, end);
}

/**
 * Counts the request at the address on which its proxy took it in. Where that is not logged, a request that leads in tells
 * it by its upstream host: the application beside the proxy has the same address.
 */
export function countServer(failed: bool, timeMs: f64, leadsIn: bool): void {
  const slot = leadsIn && span.isAbsent(span.DOWNSTREAM_LOCAL) ? span.UPSTREAM_HOST : span.DOWNSTREAM_LOCAL;
  if (span.isAbsent(slot)) return;
  countField(servers, toKey(hashField(startHash(SEED_SERVER), slot)), slot, failed, timeMs);
}

function countScope(failed: bool, timeMs: f64): void {
  let at = scopes.find(scopeKey);
  if (at === NEW_KEY) {
    at = scopes.add(scopeKey);
    const text = scopes.reserveLabel(MAX_SCOPE_BYTES);
    scopes.finishLabel(at, 0, 0, 0, spellScope(text) - text, isJson);
  }
  scopes.count(at, failed, timeMs);
}

function countEndpoint(failed: bool, timeMs: f64): void {
  let at = endpoints.find(endpointKey);
  if (at === NEW_KEY) {
    at = endpoints.add(endpointKey);
    const text = openLabel(endpoints, MAX_KEPT_BYTES + bytes.ELLIPSIS_BYTES);
    const end = writeKept(span.startAt(span.UPSTREAM_HOST), span.endAt(span.UPSTREAM_HOST), text);
    endpoints.finishLabel(at, scopeKey, scopeAt, scopeLength, end - text, isJson);
  }
  endpoints.count(at, failed, timeMs);
}

function countPath(failed: bool, timeMs: f64): void {
  let at = paths.find(pathKey);
  if (at === NEW_KEY) {
    at = paths.add(pathKey);
    const text = openLabel(paths, MAX_TEMPLATE_BYTES);
    const end = spellTemplate(span.startAt(span.PATH), span.endAt(span.PATH), text);
    paths.finishLabel(at, scopeKey, scopeAt, scopeLength, end - text, isJson);
  }
  paths.count(at, failed, timeMs);
}

function countCaller(failed: bool, timeMs: f64): void {
  let at = callers.find(callerKey);
  if (at === NEW_KEY) {
    at = callers.add(callerKey);
    const start = span.startAt(span.DOWNSTREAM_REMOTE);
    const text = openLabel(callers, MAX_KEPT_BYTES + bytes.ELLIPSIS_BYTES);
    const end = writeKept(start, hostEnd(start, span.endAt(span.DOWNSTREAM_REMOTE)), text);
    callers.finishLabel(at, scopeKey, scopeAt, scopeLength, end - text, isJson);
  }
  callers.count(at, failed, timeMs);
}

/** Counts a key of the whole log, whatever the scope. */
function countField(table: Table, key: u64, slot: i32, failed: bool, timeMs: f64): void {
  let at = table.find(key);
  if (at === NEW_KEY) at = addText(table, key, span.startAt(slot), span.endAt(slot));
  table.count(at, failed, timeMs);
}

function addText(table: Table, key: u64, start: usize, end: usize): usize {
  const at = table.add(key);
  const text = table.reserveLabel(MAX_KEPT_BYTES + bytes.ELLIPSIS_BYTES);
  table.finishLabel(at, 0, 0, 0, writeKept(start, end, text) - text, isJson);
  return at;
}

/** Where the text of the scope stands for good; 0 when its table does not keep it, and it stands in the label. */
let scopeAt: usize = 0;
let scopeLength: usize = 0;

/** Begins the label of a new key within the scope; returns where its text is to be written. */
function openLabel(table: Table, textBytes: usize): usize {
  const start = table.reserveLabel(MAX_SCOPE_BYTES + textBytes);
  const at = scopes.find(scopeKey);
  if (at <= TURNED_AWAY) {
    scopeAt = 0;
    scopeLength = spellScope(start) - start;
    return start + scopeLength;
  }
  scopeAt = scopes.lastingTextOf(at);
  scopeLength = scopes.textLengthOf(at);
  return start;
}

/** Writes the scope's text as its table has it, else anew, and returns the place behind it. */
export function writeScope(to: usize): usize {
  const at = scopes.find(scopeKey);
  if (at <= TURNED_AWAY) return spellScope(to);
  const length = scopes.textLengthOf(at);
  memory.copy(to, scopes.lastingTextOf(at), length);
  return to + length;
}

/** The scope in words. */
function spellScope(to: usize): usize {
  const cluster = span.startAt(span.UPSTREAM_CLUSTER);
  if (cluster >= 0) return writeKept(cluster, span.endAt(span.UPSTREAM_CLUSTER), to);
  const authority = span.startAt(span.AUTHORITY);
  if (authority >= 0) return writeKept(authority, span.endAt(span.AUTHORITY), writeWord('authority ', to));
  const local = span.startAt(span.DOWNSTREAM_LOCAL);
  if (local < 0) return writeWord('unknown', to);
  const end = span.endAt(span.DOWNSTREAM_LOCAL);
  const colon = portColon(local, end);
  return writeKept(colon < end ? colon + 1 : local, end, writeWord('port ', to));
}

function writeWord(word: string, to: usize): usize {
  return to + String.UTF8.encodeUnsafe(changetype<usize>(word), word.length, to);
}

/** Copies `[start, end)`, cut when it is long, and returns the place behind the copy. */
function writeKept(start: usize, end: usize, to: usize): usize {
  const length = end - start;
  if (length <= MAX_KEPT_BYTES) {
    bytes.copyShort(to, start, length);
    return to + length;
  }
  memory.copy(to, start, MAX_KEPT_BYTES);
  return bytes.writeEllipsis(to + MAX_KEPT_BYTES);
}
