import { BACKSLASH, BRACE_OPEN, BRACKET_OPEN, isDigit, QUOTE, SPACE, TAB } from '../bytes/number.ts';
import { encodeText, matchesAt } from '../bytes/text.ts';

const LOWER_CASE = 0x20;
const BRACKET_CLOSE = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const HASH = 0x23;
const UPPER_T = 0x54;

/** Envoy's, istio-agent's and ztunnel's names of levels; compared without regard to case. */
const LEVELS = 'trace debug info warn warning error critical fatal panic dpanic'.split(' ').map(encodeText);
/** Component, target or scope that marks an access line written through the proxy's own logger (ztunnel). */
const ACCESS = encodeText('access');
/** ztunnel's, at its debug level: the line that counts comes when the connection ends. */
const OPENED = encodeText('connection opened');

/** How a crash or the libraries below Envoy and the agent begin a line, none of it in the proxy's own layout. */
const STARTS = [
  'panic: ',
  'fatal error: ',
  'goroutine ',
  '[signal SIG',
  '[libprotobuf ',
  "thread '",
  'terminate called ',
  'libc++abi: ',
  'src/tcmalloc',
  'WARNING: All log messages before absl::InitializeLog',
].map(encodeText);
/** Before Istio 1.6 the agent put this before what Envoy printed. */
const EPOCH_PREFIX = encodeText('[Envoy (Epoch ');
const KLOG_LEVELS = encodeText('IWEF');
const KLOG_SHORTEST = 'I0102 15:04:05'.length;

const LEVEL_KEY = encodeText('"level"');
const TIME_KEYS = ['"time"', '"ts"'].map(encodeText);
const SCOPE_KEY = encodeText('"scope"');
const NEXT_KEYS = ['"scope"', '"logger"', '"caller"', '"msg"', '"message"'].map(encodeText);
const ACCESS_SCOPE = encodeText('"access"');
/** With one of these it is somebody's access log format that has a level and a message. */
const ACCESS_KEYS = [
  '"response_code"',
  '"responseCode"',
  '"response_flags"',
  '"status"',
  '"upstream_cluster"',
];

/**
 * True for a line that the proxy, its agent or a crash wrote between the access lines, in the layouts of Envoy, Istio,
 * ztunnel, klog and zap. Access lines, ztunnel's own among them, are never claimed. Decodes nothing.
 */
export function isProxyLogLine(bytes: Uint8Array, start: number, end: number): boolean {
  const at = skipBlanks(bytes, start, end);
  const first = bytes[at];
  if (first === undefined || at >= end) return false;
  if (isDigit(first)) return isTimedLine(bytes, at, end);
  if (first === BRACE_OPEN) return isJsonLine(bytes, at, end);
  if (first === HASH) return isStackFrame(bytes, at, end);
  if (first === BRACKET_OPEN) {
    // The first bytes of an access line, which are most of what comes here, decide at once.
    if (bytes[at + 11] === UPPER_T && isDigit(bytes[at + 1])) return false;
    if (isBracketedLine(bytes, at, end)) return true;
  }
  return isKlogLine(bytes, at, end) || STARTS.some((text) => matchesAt(bytes, at, end, text));
}

/** `2026-11-21T03:06:59.596000Z<tab>info<tab>…`: Istio's layout, ztunnel's, zap's for the console. */
function isTimedLine(bytes: Uint8Array, start: number, end: number): boolean {
  if (!isDate(bytes, start, end) || bytes[start + 10] !== UPPER_T) return false;
  const levelAt = skipBlanks(bytes, skipWord(bytes, start, end), end);
  const afterLevel = skipWord(bytes, levelAt, end);
  if (!isLevel(bytes, levelAt, afterLevel)) return false;
  const targetAt = skipBlanks(bytes, afterLevel, end);
  if (!isAccessWord(bytes, targetAt, end)) return true;
  return matchesAt(bytes, skipBlanks(bytes, skipWord(bytes, targetAt, end), end), end, OPENED);
}

/** `[2026-11-21 03:06:59.596][21841][warning][misc] …`: Envoy's layout. START_TIME has a `T` where this has a blank. */
function isBracketedLine(bytes: Uint8Array, start: number, end: number): boolean {
  if (matchesAt(bytes, start, end, EPOCH_PREFIX)) {
    const inner = skipBlanks(bytes, skipTo(bytes, start, end, BRACKET_CLOSE) + 1, end);
    return bytes[inner] === BRACKET_OPEN && isBracketedLine(bytes, inner, end);
  }
  const isDated = isDigit(bytes[start + 1]);
  let at = start;
  if (isDated) {
    if (!isDate(bytes, start + 1, end) || bytes[start + 11] !== SPACE) return false;
    at = skipTo(bytes, at, end, BRACKET_CLOSE) + 1;
    if (!isDigit(bytes[at + 1])) return false;
    at = skipTo(bytes, at, end, BRACKET_CLOSE) + 1;
  }
  const close = skipTo(bytes, at, end, BRACKET_CLOSE);
  if (close >= end || bytes[at] !== BRACKET_OPEN || !isLevel(bytes, at + 1, close)) return false;
  // A level alone may open anybody's format, but Envoy's component follows at once.
  const hasComponent = close + 1 < end && bytes[close + 1] === BRACKET_OPEN;
  return hasComponent ? !isAccessWord(bytes, close + 2, end) : isDated;
}

/** `{"level":"info","time":"…","scope":"…","msg":"…"}` in this order: Istio's encoder, Envoy under Istio, ztunnel, zap. */
function isJsonLine(bytes: Uint8Array, start: number, end: number): boolean {
  let at = skipBlanks(bytes, start + 1, end);
  if (!matchesAt(bytes, at, end, LEVEL_KEY)) return false;
  at = skipMember(bytes, at, end);
  if (!TIME_KEYS.some((key) => matchesAt(bytes, at, end, key))) return false;
  at = skipMember(bytes, at, end);
  if (!NEXT_KEYS.some((key) => matchesAt(bytes, at, end, key))) return false;
  if (
    matchesAt(bytes, at, end, SCOPE_KEY) &&
    matchesAt(bytes, findValue(bytes, at, end), end, ACCESS_SCOPE)
  ) {
    return false;
  }
  // The bytes of a key cannot occur within a JSON string, where its quotes would be escaped.
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at);
  return !ACCESS_KEYS.some((key) => rest.includes(key));
}

/** `I0102 15:04:05.000000 1 file.go:10] …`: klog, and absl before its set-up (`I0000 00:00:1712345678.123456`). */
function isKlogLine(bytes: Uint8Array, start: number, end: number): boolean {
  const level = bytes[start];
  if (level === undefined || !KLOG_LEVELS.includes(level) || start + KLOG_SHORTEST > end) return false;
  for (const digitAt of [1, 2, 3, 4, 6, 7, 9, 10, 12]) {
    if (!isDigit(bytes[start + digitAt])) return false;
  }
  if (bytes[start + 5] !== SPACE || bytes[start + 8] !== COLON || bytes[start + 11] !== COLON) return false;
  const threadAt = skipBlanks(bytes, skipWord(bytes, start + 6, end), end);
  const fileAt = skipBlanks(bytes, skipWord(bytes, threadAt, end), end);
  return (
    fileAt < end && isDigit(bytes[threadAt]) && bytes[skipWord(bytes, fileAt, end) - 1] === BRACKET_CLOSE
  );
}

/** `#3: Envoy::…` and `#3 0x…`, as Envoy's backtraces look without their layout or when decoded. */
function isStackFrame(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start + 1;
  while (at < end && isDigit(bytes[at])) at++;
  return at > start + 1 && at < end && (bytes[at] === COLON || bytes[at] === SPACE);
}

/** `2026-11-21`, and something behind it. */
function isDate(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 11 > end || bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return false;
  for (const digitAt of [0, 1, 2, 3, 5, 6, 8, 9]) {
    if (!isDigit(bytes[at + digitAt])) return false;
  }
  return true;
}

function isLevel(bytes: Uint8Array, start: number, end: number): boolean {
  return LEVELS.some((level) => {
    if (level.length !== end - start) return false;
    return level.every((byte, at) => ((bytes[start + at] ?? 0) | LOWER_CASE) === byte);
  });
}

/** The word `access`, not only its beginning. */
function isAccessWord(bytes: Uint8Array, at: number, end: number): boolean {
  const next = bytes[at + ACCESS.length];
  if (!matchesAt(bytes, at, end, ACCESS)) return false;
  return (
    at + ACCESS.length === end || next === TAB || next === SPACE || next === COLON || next === BRACKET_CLOSE
  );
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

function skipWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
  return at;
}

function skipTo(bytes: Uint8Array, from: number, end: number, wanted: number): number {
  let at = from;
  while (at < end && bytes[at] !== wanted) at++;
  return at;
}

/** From the quote that opens a JSON string to behind the one that closes it. */
function skipString(bytes: Uint8Array, from: number, end: number): number {
  let at = from + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, end);
}

/** From a JSON key to its value. */
function findValue(bytes: Uint8Array, keyAt: number, end: number): number {
  return skipBlanks(bytes, skipTo(bytes, skipString(bytes, keyAt, end), end, COLON) + 1, end);
}

/** From a JSON key, whose value is a string or number, to the next key. */
function skipMember(bytes: Uint8Array, keyAt: number, end: number): number {
  const valueAt = findValue(bytes, keyAt, end);
  const behind = bytes[valueAt] === QUOTE ? skipString(bytes, valueAt, end) : valueAt;
  return skipBlanks(bytes, skipTo(bytes, behind, end, COMMA) + 1, end);
}
