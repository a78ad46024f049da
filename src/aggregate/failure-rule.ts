/** Flags that a request may carry without having failed: a delay alone, an answer from the cache. */
const HARMLESS_FLAGS: ReadonlySet<string> = new Set(['DI', 'RFCF']);
/** The caller's leaving fails nothing once the answer had begun. */
const LEAVING_FLAGS: ReadonlySet<string> = new Set(['DC', 'DR']);
/** Answers of the upstream: passed on just now, put into the cache filter, or kept there from an earlier request. */
const UPSTREAM_ANSWERS: ReadonlySet<string> = new Set([
  'via_upstream',
  'cache.insert_via_upstream',
  'cache.response_from_cache_filter',
  'cached_response',
]);
/** Replies that the proxy was told to give: with code 200 they are the wanted answer, not a failure. */
const WANTED_LOCAL_REPLIES: ReadonlySet<string> = new Set([
  'direct_response',
  'cors_response',
  'admin_filter_response',
  'health_check_ok',
]);
const DENIES = /denied|error/;
/** How ztunnel tells why a connection failed; unlike Envoy's, its texts have blanks. It also logs ends that nobody minds. */
const FAILS_IN_ZTUNNEL =
  /^(?:no|unknown|failed|dns:|http status:) | (?:failed|rejection|refused|revoked|cannot|timed out)\b/;

/** What the rule needs to know of a record. */
export interface FailureFacts {
  readonly code: number;
  readonly hasMethod: boolean;
  readonly flags: readonly string[];
  /** Null when nothing was logged. */
  readonly details: string | null;
  readonly terminationDetails: string | null;
  readonly grpcStatus: string | null;
}

function hasAnswered(code: number): boolean {
  return code === 101 || (code >= 200 && code < 300);
}

function isFailureFlag(flag: string, code: number): boolean {
  return !HARMLESS_FLAGS.has(flag) && !(hasAnswered(code) && LEAVING_FLAGS.has(flag));
}

function isLocalReply({ code, details, flags }: FailureFacts): boolean {
  if (details === null || details === '' || UPSTREAM_ANSWERS.has(details)) return false;
  if (code >= 400) return true;
  // The details of an answer that the caller left tell of the leaving, not of a reply.
  const isLeft = flags.some((flag) => LEAVING_FLAGS.has(flag));
  return code === 200 && !isLeft && !WANTED_LOCAL_REPLIES.has(details);
}

function isGrpcFailure(status: string | null): boolean {
  return status !== null && status !== '' && status !== '0' && status.toUpperCase() !== 'OK';
}

function tellsOfFailure(terminationDetails: string): boolean {
  return DENIES.test(terminationDetails) || FAILS_IN_ZTUNNEL.test(terminationDetails);
}

/** Whether a request has failed, by the words of the contract. */
export function hasFailed(facts: FailureFacts): boolean {
  const { code } = facts;
  if (facts.flags.some((flag) => isFailureFlag(flag, code))) return true;
  if (code >= 500 || (code === 0 && facts.hasMethod)) return true;
  if (isLocalReply(facts)) return true;
  const { terminationDetails } = facts;
  if (terminationDetails !== null && tellsOfFailure(terminationDetails)) return true;
  return isGrpcFailure(facts.grpcStatus);
}
