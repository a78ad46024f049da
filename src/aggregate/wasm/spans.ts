// Where the fields of the line lie, as addresses. Places are those of FIELDS in src/model/field.ts; a test compares them.

export const NOT_IN_FORMAT: i32 = -1;
export const LOGGED_ABSENT: i32 = -2;

/** Room for more fields than there are. */
const MAX_FIELDS: usize = 64;
const spans: usize = memory.data(512);
const moved: usize = memory.data(512);

export const START_TIME: i32 = 0;
export const METHOD: i32 = 2;
export const PATH: i32 = 4;
export const PROTOCOL: i32 = 6;
export const RESPONSE_CODE: i32 = 8;
export const RESPONSE_FLAGS: i32 = 10;
export const DETAILS: i32 = 12;
export const TERMINATION_DETAILS: i32 = 14;
export const TRANSPORT_FAILURE: i32 = 16;
export const MIXER_STATUS: i32 = 18;
export const BYTES_RECEIVED: i32 = 20;
export const BYTES_SENT: i32 = 22;
export const DURATION: i32 = 24;
export const SERVICE_TIME: i32 = 26;
export const X_FORWARDED_FOR: i32 = 28;
export const USER_AGENT: i32 = 30;
export const REQUEST_ID: i32 = 32;
export const AUTHORITY: i32 = 34;
export const UPSTREAM_HOST: i32 = 36;
export const UPSTREAM_CLUSTER: i32 = 38;
export const UPSTREAM_LOCAL: i32 = 40;
export const DOWNSTREAM_LOCAL: i32 = 42;
export const DOWNSTREAM_REMOTE: i32 = 44;
export const SERVER_NAME: i32 = 46;
export const ROUTE_NAME: i32 = 48;
export const ATTEMPT_COUNT: i32 = 50;
export const GRPC_STATUS: i32 = 52;

export function clearSpans(): void {
  // `memory.fill` is a call out of WebAssembly.
  const none = i8x16.splat(-1);
  for (let at: usize = 0; at < MAX_FIELDS * 8; at += 64) {
    v128.store(spans + at, none);
    v128.store(spans + at, none, 16);
    v128.store(spans + at, none, 32);
    v128.store(spans + at, none, 48);
  }
}

/** Address of the table itself, for whoever fills it from outside. */
export function spansAddress(): usize {
  return spans;
}

/** Start of the field at `slot`, or one of the two marks. */
export function startAt(slot: i32): i32 {
  return load<i32>(spans + <usize>slot * 4);
}

/** Place behind the field at `slot`. */
export function endAt(slot: i32): usize {
  return <usize>load<i32>(spans + <usize>slot * 4, 4);
}

export function setSpan(slot: i32, start: i32, end: i32): void {
  store<i32>(spans + <usize>slot * 4, start);
  store<i32>(spans + <usize>slot * 4, end, 4);
}

/** Address of the spans as offsets into what begins at `base`, for whoever reads them outside. */
export function offsets(base: i32): usize {
  for (let at: usize = 0; at < MAX_FIELDS * 8; at += 4) {
    const place = load<i32>(spans + at);
    store<i32>(moved + at, place < 0 ? place : place - base);
  }
  return moved;
}

export function isAbsent(slot: i32): bool {
  return startAt(slot) < 0;
}

/** Writes a value as parsers/write-span.ts does: `-` and nothing at all stand for no value, but details may be empty. */
export function writeSpan(start: usize, end: usize, slot: i32): void {
  if (slot < 0) return;
  const length = end - start;
  // No branches: whether a value is there changes from line to line.
  const absent =
    (i32(length === 0) & i32(slot !== DETAILS)) | (i32(length === 1) & i32(load<u8>(start) === 0x2d));
  setSpan(slot, select(LOGGED_ABSENT, <i32>start, absent), select(LOGGED_ABSENT, <i32>end, absent));
}
