/** Why Envoy resets a stream, in the words of its reply. `connection failure`: until 1.26, then remote, local or timeout. */
type ResetReason =
  | 'connection failure'
  | 'connection termination'
  | 'connection timeout'
  | 'local connection failure'
  | 'overflow'
  | 'protocol error'
  | 'remote connection failure'
  | 'remote reset';

const REPLY_TEXT = 'upstream connect error or disconnect/reset before headers. reset reason: ';
const RETRIED_TEXT = 'retried and the latest ';
const FAILURE_TEXT = ', transport failure reason: ';
const RESET_REPLY = new RegExp(
  `^${REPLY_TEXT.replace('reset reason', `(?:${RETRIED_TEXT})?reset reason`).replaceAll('.', '\\.')}([a-z ]+)(?:${FAILURE_TEXT}(.+))?$`,
  'is',
);

/**
 * Whole replies of Envoy's router, codecs and filters to a request that no upstream answered. Where details are not
 * logged, the number of bytes sent tells which one it was.
 *
 * Source: Envoy, `source/common/router/router.cc`, `source/common/http` and the filters' own folders.
 */
export const LOCAL_REPLIES = {
  badRequest: 'Bad Request',
  envoyOverloaded: 'envoy overloaded',
  faultAbort: 'fault filter abort',
  headersTooLarge: 'Request Header Fields Too Large',
  localRateLimited: 'local_rate_limited',
  maxDuration: 'downstream duration timeout',
  maxStreamDuration: 'upstream max stream duration reached',
  noHealthyUpstream: 'no healthy upstream',
  payloadTooLarge: 'Payload Too Large',
  rbacDenied: 'RBAC: access denied',
  requestTimeout: 'upstream request timeout',
  streamTimeout: 'stream timeout',
  upgradeRequired: 'Upgrade Required',
} as const;

/** Response code details of the lines that the replies leave in the log. */
const DETAILS_OF_REPLY: Readonly<Record<keyof typeof LOCAL_REPLIES, string | null>> = {
  // It has a dozen of reasons, which only the details tell apart.
  badRequest: null,
  envoyOverloaded: 'overload',
  faultAbort: 'fault_filter_abort',
  headersTooLarge: 'http1.headers_too_large',
  localRateLimited: 'local_rate_limited',
  maxDuration: 'max_duration_timeout',
  maxStreamDuration: 'upstream_max_stream_duration_reached',
  noHealthyUpstream: 'no_healthy_upstream',
  payloadTooLarge: 'request_payload_too_large',
  rbacDenied: 'rbac_access_denied_matched_policy',
  requestTimeout: 'response_timeout',
  streamTimeout: 'stream_idle_timeout',
  upgradeRequired: 'low_version',
};

/** Whether so many bytes are this reply. */
export function isLocalReply(
  bytesSent: number | null | undefined,
  reply: keyof typeof LOCAL_REPLIES,
): boolean {
  return bytesSent === LOCAL_REPLIES[reply].length;
}

/** The details that the log has for what a client got to read from Envoy; null when the text is no reply of Envoy's. */
export function detailsOfReply(text: string): string | null {
  const wanted = text.trim().toLowerCase();
  let reply: keyof typeof LOCAL_REPLIES;
  for (reply in LOCAL_REPLIES)
    if (LOCAL_REPLIES[reply].toLowerCase() === wanted) return DETAILS_OF_REPLY[reply];
  const [, reason, failure] = RESET_REPLY.exec(text.trim()) ?? [];
  if (reason === undefined) return null;
  const why = [reason, ...(failure === undefined ? [] : [failure])].map((part) =>
    part.replaceAll(/\s+/g, '_'),
  );
  return `upstream_reset_before_response_started{${why.join('|')}}`;
}

/**
 * Bytes of Envoy's own reply to a request whose stream was reset before headers came, without retries. Envoy 1.16 to
 * 1.38.0 put the reason of a failed connection behind it.
 *
 * Source: Envoy, `source/common/router/router.cc`, and `source/common/http/utility.cc` for the reasons.
 */
export function resetReplyBytes(reason: ResetReason, failure = ''): number {
  return REPLY_TEXT.length + reason.length + (failure === '' ? 0 : FAILURE_TEXT.length + failure.length);
}

/** Whether so many bytes are Envoy's reply for this reason, at the first attempt or after retries. */
export function isResetReply(bytesSent: number | null | undefined, reason: ResetReason): boolean {
  const once = resetReplyBytes(reason);
  return bytesSent === once || bytesSent === once + RETRIED_TEXT.length;
}

/** Sizes of the reply to a connection that failed for one of these reasons, old and new wording, without retries. */
export function failedConnectionBytes(failures: readonly string[]): ReadonlySet<number> {
  return new Set(
    failures.flatMap((failure) => [
      resetReplyBytes('connection failure', failure),
      resetReplyBytes('remote connection failure', failure),
    ]),
  );
}

/** The same sizes and those of the replies after retries. */
export function failedConnectionBytesWithRetries(failures: readonly string[]): ReadonlySet<number> {
  const once = [...failedConnectionBytes(failures)];
  return new Set([...once, ...once.map((bytes) => bytes + RETRIED_TEXT.length)]);
}

/** How a failed connect() is told: by its number until Envoy 1.31, in words since. */
export function connectErrors(errno: number, words: string): readonly string[] {
  return [`delayed connect error: ${errno}`, `delayed connect error: ${words}`];
}

/** How BoringSSL's error is told: the form until Envoy 1.29, and the one since. */
export function tlsErrors(number: number, name: string): readonly string[] {
  const error = `${number}:SSL routines:OPENSSL_internal:${name}`;
  return [`TLS error: ${error}`, `TLS_error:|${error}:TLS_error_end`];
}
