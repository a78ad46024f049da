/** Reasons for which Envoy resets a stream, in the words of its reply. */
type ResetReason = 'connection termination' | 'protocol error' | 'remote connection failure' | 'remote reset';

const REPLY_TEXT = 'upstream connect error or disconnect/reset before headers. reset reason: ';
const RETRIED_TEXT = 'retried and the latest ';

/**
 * Bytes of Envoy's own reply to a request whose stream was reset before headers came, without retries.
 *
 * Source: Envoy, `source/common/router/router.cc`, and `source/common/http/utility.cc` for the reasons.
 */
export function resetReplyBytes(reason: ResetReason): number {
  return REPLY_TEXT.length + reason.length;
}

/** Whether so many bytes are Envoy's reply for this reason, at the first attempt or after retries. */
export function isResetReply(bytesSent: number | null | undefined, reason: ResetReason): boolean {
  const once = resetReplyBytes(reason);
  return bytesSent === once || bytesSent === once + RETRIED_TEXT.length;
}
