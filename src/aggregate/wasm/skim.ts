// The quick way for nearly every line of a log. Counts lines as long as they are of the format that was set, and plainly
// healthy or of a kind on which there is a verdict already; the first that is not is left to the caller, who reads it with
// everything that the program knows.

import * as bytes from './bytes';
import { ODD_TIME, readTime } from './clock';
import { noteAnswer } from './connections';
import { countFailure, keepLine, wantsLine } from './failures';
import { collectsHops, noteSkimmedHop } from './hops';
import { readJsonLine } from './json-line';
import { loggedNumberAt, numberAt, ODD_NUMBER } from './numbers';
import { useSource } from './sources';
import * as span from './spans';
import { readTextLine } from './text-line';
import { countRequest, setEncoding } from './traffic';
import * as wrapper from './unwrap';
import * as verdict from './verdicts';

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;
/** `via_upst` and `ream`, as little-endian words. */
const VIA_UPST: u64 = 0x747370755f616976;
const REAM: u32 = 0x6d616572;
const VIA_UPSTREAM_BYTES: usize = 12;
const UPGRADE_REQUIRED: i32 = 426;
/** A proxy further on may have refused with "RBAC: access denied": LOCAL_REPLIES.rbacDenied in src/model/local-reply.ts. */
const FORBIDDEN: i32 = 403;
const RBAC_DENIED_BYTES: i32 = 19;
/** A TCP reply of at most this size may be a TLS alert instead of data: kept, because `double-tls` may claim it. */
const SHORT_TCP_REPLY_BYTES: i32 = 512;
/** Longer lines are left to the caller, who may find them too long. */
const MAX_LINE_BYTES: usize = 65_536;

/** Requests per response code, as unsigned words. */
const codes: usize = memory.data(4000);
const FIELDS: i32 = 64;
/** Records in which each field was in the format, where the format does not say so itself. */
const coverage: usize = memory.data(256);

/** The input that the lines are of. */
let input: u32 = 0;
let counted: u32 = 0;
/** Whether the line at which the last call stopped was read, and the spans are its own. */
let isRead: bool = false;
let withoutTime: u32 = 0;
let others: u32 = 0;
let failed: u32 = 0;
let first: f64 = Infinity;
let last: f64 = -Infinity;

/** Lines that the last call of `skim` counted. */
export function skimmed(): u32 {
  return counted;
}

/** Lines of all calls that are not plainly healthy. */
export function skimmedOthers(): u32 {
  return others;
}

/** Those of them that have failed. */
export function skimmedFailed(): u32 {
  return failed;
}

/** True when the spans are those of the line at which the last call of `skim` stopped. */
export function hasSpans(): bool {
  return isRead;
}

export function skimmedWithoutTime(): u32 {
  return withoutTime;
}

export function skimmedFirst(): f64 {
  return first;
}

export function skimmedLast(): f64 {
  return last;
}

export function codesAddress(): usize {
  return codes;
}

export function coverageAddress(): usize {
  return coverage;
}

/**
 * Counts the lines from `start` on; `end` is behind a line end. Returns the place of the first line that is not counted,
 * or `end`. `needsTime`: a line without a start time is not. `ofOne`: all lines are of the proxy that was set; else those
 * that are not healthy count only where it is known who wrote them. The first line has the number `line` in its input.
 */
export function skim(
  start: usize,
  end: usize,
  isJson: bool,
  countsFields: bool,
  needsTime: bool,
  ofOne: bool,
  ofInput: u32,
  line: f64,
): usize {
  input = ofInput;
  counted = 0;
  setEncoding(isJson);
  let at = start;
  while (at < end) {
    isRead = false;
    const lf = bytes.findByte(at, end, LF);
    const stop = lf > at && load<u8>(lf - 1) === CR ? lf - 1 : lf;
    isRead = stop - at <= MAX_LINE_BYTES && readLine(at, stop, isJson);
    if (!isRead || (needsTime && span.isAbsent(span.START_TIME))) return at;
    if (!countHealthy() && !countOther(at, stop, line + <f64>counted, ofOne)) return at;
    if (countsFields) countFields();
    counted++;
    at = lf + 1;
  }
  return at;
}

function readLine(start: usize, end: usize, isJson: bool): bool {
  if (!wrapper.areWrapped()) return isJson ? readJsonLine(start, end) : readTextLine(start, end);
  if (!wrapper.open(start, end)) return false;
  const from = wrapper.startInside();
  return isJson ? readJsonLine(from, wrapper.endInside()) : readTextLine(from, wrapper.endInside());
}

function countHealthy(): bool {
  const code = codeOf();
  if (code < 0 || !isPlainlyHealthy(code)) return false;
  const timeMs = timeOf();
  if (timeMs === ODD_TIME) return false;
  if (collectsHops() && numberAt(span.DURATION) === ODD_NUMBER) return false;
  countCode(code, timeMs);
  countAnswer(code, timeMs);
  return true;
}

/** Counts a line of a kind that is known; `start` and `end` are those of all of it. */
function countOther(start: usize, end: usize, line: f64, ofOne: bool): bool {
  const code = codeOf();
  if (code < 0) return false;
  const kind = verdict.findVerdict(code);
  const timeMs = timeOf();
  if (kind < 0 || timeMs === ODD_TIME || hasOddNumber()) return false;
  if (!ofOne) {
    if (!useSource(wrapper.proxyKey())) return false;
    wrapper.comparePrefix();
  }
  verdict.countSkimmed(kind);
  others++;
  countCode(code, timeMs);
  if (!verdict.hasFailed(kind) && !isClaimable(code)) {
    countAnswer(code, timeMs);
    return true;
  }
  if (verdict.hasFailed(kind)) failed++;
  const sent = numberOrNone(span.BYTES_SENT);
  const received = numberOrNone(span.BYTES_RECEIVED);
  const group = countFailure(kind, code, timeMs, numberOrNone(span.DURATION), sent, received, input);
  if (!wantsLine(group)) return true;
  const isWrapped = wrapper.areWrapped();
  const from = isWrapped ? wrapper.startInside() : start;
  keepLine(group, from, isWrapped ? wrapper.endInside() : end, line, input);
  return true;
}

/** The response code; less than 0 when it wants a closer look. */
function codeOf(): i32 {
  const code = numberAt(span.RESPONSE_CODE);
  return code < 1000 ? code : ODD_NUMBER;
}

function timeOf(): f64 {
  const start = span.startAt(span.START_TIME);
  return start < 0 ? NaN : readTime(start, span.endAt(span.START_TIME));
}

function hasOddNumber(): bool {
  return numberAt(span.DURATION) < 0 || numberAt(span.BYTES_SENT) < 0 || numberAt(span.BYTES_RECEIVED) < 0;
}

function numberOrNone(slot: i32): f64 {
  return span.isAbsent(slot) ? NaN : loggedNumberAt(slot);
}

function countCode(code: i32, timeMs: f64): void {
  if (isNaN(timeMs)) withoutTime++;
  if (timeMs < first) first = timeMs;
  if (timeMs > last) last = timeMs;
  const place = codes + <usize>code * 4;
  store<u32>(place, load<u32>(place) + 1);
}

function countAnswer(code: i32, timeMs: f64): void {
  countRequest(false, timeMs);
  noteAnswer(timeMs);
  if (!collectsHops()) return;
  wrapper.comparePrefix();
  noteSkimmedHop(code, timeMs, input);
}

/**
 * Records that have not failed by the contract's rule, but that a diagnosis may claim: short TCP replies (double TLS),
 * 426, a 403 of just the length of a proxy's own text and, where details are not logged, replies that no upstream gave.
 */
export function isClaimable(code: f64): bool {
  if (code === UPGRADE_REQUIRED) return true;
  if (code === FORBIDDEN && numberAt(span.BYTES_SENT) === RBAC_DENIED_BYTES) return true;
  if (code >= 400)
    return span.isAbsent(span.DETAILS) && span.startAt(span.UPSTREAM_HOST) === span.LOGGED_ABSENT;
  const sent = loggedNumberAt(span.BYTES_SENT);
  return code === 0 && span.isAbsent(span.METHOD) && sent >= 0 && sent <= SHORT_TCP_REPLY_BYTES;
}

/** No flag, nothing but `via_upstream` to say, and a code that is no failure whatever else the line holds. */
function isPlainlyHealthy(code: i32): bool {
  if (!span.isAbsent(span.RESPONSE_FLAGS) || span.startAt(span.RESPONSE_FLAGS) === span.NOT_IN_FORMAT)
    return false;
  if (!span.isAbsent(span.TERMINATION_DETAILS) || !span.isAbsent(span.GRPC_STATUS)) return false;
  const details = span.startAt(span.DETAILS);
  const isVia = details >= 0;
  if (isVia && !isViaUpstream(details)) return false;
  if (code >= 100 && code < 400) return true;
  if (code === FORBIDDEN && numberAt(span.BYTES_SENT) === RBAC_DENIED_BYTES) return false;
  if (code >= 400 && code < 500) return isVia && code !== UPGRADE_REQUIRED;
  return (
    code === 0 && !isVia && span.isAbsent(span.METHOD) && numberAt(span.BYTES_SENT) > SHORT_TCP_REPLY_BYTES
  );
}

function isViaUpstream(start: usize): bool {
  if (span.endAt(span.DETAILS) - start !== VIA_UPSTREAM_BYTES) return false;
  return load<u64>(start) === VIA_UPST && load<u32>(start + 8) === REAM;
}

function countFields(): void {
  for (let field = 0; field < FIELDS; field++) {
    if (span.startAt(2 * field) === span.NOT_IN_FORMAT) continue;
    const place = coverage + <usize>field * 4;
    store<u32>(place, load<u32>(place) + 1);
  }
}
