/** Endings of files that a folder is searched for, each also compressed and with a rotation mark behind it. */
export const LOG_ENDINGS = ['.log', '.txt', '.json', '.jsonl', '.ndjson', '.out'] as const;

/** Endings of compressed files that are read; what they hold is told by their content. */
export const COMPRESSED_ENDING = /\.(?:gz|zst|bz2|xz)$/i;
const ARCHIVE_ENDING = /\.(?:tar|tgz|tbz2?|txz|tzst|zip)$/;
/** `.1`, `-20260131` and `.2026-01-31` of logrotate, `.20260131-101500` of the kubelet. */
const ROTATION_MARK = /[.-]\d[\d._:t-]*$/;
/** What people call a file they redirected `kubectl logs` into; compared only with names without an ending. */
const BARE_NAME = /log|kubectl|istio-proxy|envoy|gateway|waypoint|ztunnel/;
/** A pod name as Deployments make it, `reviews-v1-545db77b95-2ps7q`. */
const POD_NAME = /-[a-z0-9]{8,10}-[a-z0-9]{5}$/;
const FOREIGN_COMPRESSION = /\.(?:lz4|7z|z)$/;

const NOT_LOG_LIKE = 'its name is not that of a log';

/** Why a folder's search passes over this file name, or undefined when it looks like a log. */
export function findNameObjection(name: string): string | undefined {
  if (name.startsWith('.')) return 'hidden';
  const lower = name.toLowerCase();
  const plain = lower.replace(COMPRESSED_ENDING, '');
  if (ARCHIVE_ENDING.test(plain)) return undefined;
  if (isLogName(plain) || isLogName(plain.replace(ROTATION_MARK, ''))) return undefined;
  const packed = lower.replace(FOREIGN_COMPRESSION, '');
  if (packed !== lower && isLogName(packed))
    return 'it is compressed in a way that is not read: unpack it first';
  return NOT_LOG_LIKE;
}

function isLogName(name: string): boolean {
  if (LOG_ENDINGS.some((ending) => name.endsWith(ending))) return true;
  return !name.includes('.') && (BARE_NAME.test(name) || POD_NAME.test(name));
}
