/** What an input is instead of an access log, and what to do next. */
export interface ForeignLog {
  /** Goes on after "it looks like". */
  readonly what: string;
  readonly hint: string;
}

const SWITCH_ON =
  'Istio logs requests when meshConfig.accessLogFile is /dev/stdout or a Telemetry resource names a provider under accessLogging.';
const SIDECAR =
  'Give the log of the proxy: kubectl logs POD -c istio-proxy (a gateway has no other container).';

interface Kind extends ForeignLog {
  readonly pattern: RegExp;
}

/** The more telling first. */
const KINDS: readonly Kind[] = [
  {
    pattern: /^\s*H4sI[A-Za-z0-9+/]/,
    what: 'gzip data in base64',
    hint: 'Decode it first: base64 -d FILE | faultline',
  },
  {
    pattern: /"data"\s*:\s*"H4sI[A-Za-z0-9+/]/,
    what: 'an event of CloudWatch Logs with gzip data in base64',
    hint: "Decode it first: jq -r '.awslogs.data // .data' FILE | base64 -d | faultline",
  },
  {
    pattern: /^Content-Transfer-Encoding:\s*base64\s*$/im,
    what: 'a mail with its text in base64',
    hint: 'Save the text or the attachment from the mail program, and give that.',
  },
  {
    pattern: /^(?:PAR1|ORC|Obj.*avro\.)/,
    what: 'an export in columns (Parquet, ORC, Avro)',
    hint: 'Export it as JSON lines or CSV.',
  },
  {
    pattern: /^(?:%PDF-|\{\\rtf|SQLite format 3)/,
    what: 'a document or data base, not a text',
    hint: 'Save the lines as plain text, or export them as JSON lines or CSV.',
  },
  {
    pattern: /\0|\uFFFD.*\uFFFD/s,
    what: 'binary data (a packet capture, an archive, a program)',
    hint: 'Unpack it first. A packet capture cannot be read; the access log of the same time can.',
  },
  {
    pattern: /^\s*<(?:!doctype\s+html|html|head|body)\b/im,
    what: 'an HTML page',
    hint: 'Perhaps a login page or an error came in place of the log: look at it in a browser, and download the log as text.',
  },
  {
    pattern:
      /type\.googleapis\.com\/envoy\.admin\.|"config_?dump"|^\s*"configs":\s*\[|"(?:static|dynamic)_(?:listeners|active_clusters|route_configs)"/im,
    what: 'a configuration dump of Envoy',
    hint: `Give it as --format @FILE if it holds the format of the access log, and the log beside it. ${SIDECAR}`,
  },
  {
    pattern: /^\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{\s*"\d[\d:TZ.+-]*"\s*:/,
    what: 'a table by column, as to_json() of pandas writes it',
    hint: 'Write it by record: to_json(FILE, orient="records", lines=True).',
  },
  {
    pattern: /"schemaVersion":\s*\d/,
    what: 'a JSON report of faultline',
    hint: 'Compare two of them with `faultline diff`, or give it as --baseline.',
  },
  {
    pattern: /^(?:NAMESPACE\s+)?LAST SEEN\s+TYPE\s+REASON|"?kind"?:\s*"?Event(?:List)?"?\s*,?$/m,
    what: 'events of Kubernetes',
    hint: SIDECAR,
  },
  {
    pattern: /^(?:NAMESPACE\s+)?NAME\s+(?:READY|STATUS|TYPE|AGE|CLUSTER|HOSTS|ENDPOINT)\b/m,
    what: 'a table of kubectl or istioctl',
    hint: SIDECAR,
  },
  {
    pattern: /^(?:apiVersion|kind|metadata|spec|static_resources):/m,
    what: 'YAML of resources',
    hint: `Give it with --mesh-config FILE beside the log, or check it alone with \`faultline lint FILE\`. ${SIDECAR}`,
  },
  {
    pattern: /^\S+ \S+ \S+ \[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:[\d:]+ [+-]\d{4}\] "/m,
    what: 'an access log of nginx or Apache httpd',
    hint: `It lacks what Envoy knows of a failure. ${SIDECAR}`,
  },
  {
    pattern: /\bhaproxy\[\d+\]:|\s-?\d+\/-?\d+\/-?\d+\/-?\d+\/\+?\d+ \d{3} \d+ /,
    what: 'a log of HAProxy',
    hint: `It lacks what Envoy knows of a failure. ${SIDECAR}`,
  },
  {
    pattern: /^# (?:HELP|TYPE) \w+|^(?:cluster|http|listener|server|listener_manager)\.[\w.:|;-]+: \d+$/m,
    what: 'metrics',
    hint: SIDECAR,
  },
  {
    pattern:
      /^\s+at [\w.$<>/]+\s?\(|^Traceback \(most recent call last\)|^Exception in thread|^panic: |^goroutine \d+ \[/m,
    what: 'a stack trace of an application',
    hint: `${SIDECAR} ${SWITCH_ON}`,
  },
  {
    pattern: /\b(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b|"(?:level|severity|lvl)":|\blevel=\w/,
    what: 'the log of an application',
    hint: `${SIDECAR} ${SWITCH_ON}`,
  },
  {
    pattern: /\r[^\r\n]/,
    what: 'a text whose lines end in a carriage return alone',
    hint: "Convert it first: tr '\\r' '\\n' < FILE | faultline",
  },
  {
    pattern: /^\s*[{[]\s*(?:"|\{|\[|$)/,
    what: 'JSON of another kind',
    hint: `If it is an access log of your own format, name it: --format '{"code":"%RESPONSE_CODE%",…}' or --format @FILE. ${SIDECAR}`,
  },
];

/** What lines look like of which none is a record of an access log; null when nothing is known that looks so. */
export function recogniseForeignLog(lines: readonly string[]): ForeignLog | null {
  const text = lines.join('\n');
  const kind = KINDS.find(({ pattern }) => pattern.test(text));
  return kind === undefined ? null : { what: kind.what, hint: kind.hint };
}
