/** Where a line comes from, as far as is known: lines of one source are of one proxy. */
export interface LogSource {
  /** The input, by the name that it had before it was rotated. */
  readonly log: string;
  /** Pod, host or stream that is named beside the line; null: none is. */
  readonly pod: string | null;
}

const SEPARATOR = '\t';
/** No name of Kubernetes is longer. */
const MAX_POD_LENGTH = 253;
const COMPRESSED_ENDING = /\.(?:gz|zst|bz2|xz)$/i;
/** `.1` and `-20260131` of logrotate, `.20260131-101500` of the kubelet, at the end or before an ending of letters. */
const ROTATION_MARK = /(?:\.\d{1,3}|[.-]\d{4}-?\d\d-?\d\d[\d._:t-]*)(?=(?:\.[a-z]+)?$)/i;
/** The kubelet numbers the logs of one container by its restarts: `istio-proxy/0.log`. */
const RESTART_NUMBER = /\/\d+\.log$/;

/** The name under which the parts of a rotated log, and the logs of a restarted container, belong together. */
export function logNameOf(path: string): string {
  return path.replace(COMPRESSED_ENDING, '').replace(ROTATION_MARK, '').replace(RESTART_NUMBER, '');
}

/** The source as one text, to be counted by. */
export function spellSource({ log, pod }: LogSource): string {
  const name = log.replaceAll(SEPARATOR, ' ');
  return pod === null
    ? name
    : `${name}${SEPARATOR}${pod.slice(0, MAX_POD_LENGTH).replaceAll(SEPARATOR, ' ')}`;
}

/** What `spellSource` wrote. */
export function readSource(text: string): LogSource {
  const at = text.indexOf(SEPARATOR);
  return at < 0 ? { log: text, pod: null } : { log: text.slice(0, at), pod: text.slice(at + 1) };
}
