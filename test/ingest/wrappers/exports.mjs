// What further products and people make of a log: exports of query pages, formats of CI systems, pastes of whole logs.

const POD = 'reviews-v1-545db77b95-2ps7q';
const START = Date.UTC(2026, 10, 21, 3, 33, 7);
const iso = (/** @type {number} */ i) => new Date(START + i).toISOString();
const stamp = (/** @type {number} */ i, zone = 'Z') => `${iso(i).slice(0, -1)}209278${zone}`;
const spaced = (/** @type {number} */ i) => iso(i).replace('T', ' ').slice(0, -1);
const nanos = (/** @type {number} */ i) => `${START + i}000000`;
const text = (/** @type {readonly string[]} */ lines) => `${lines.join('\n')}\n`;
const json = (/** @type {unknown} */ value) => JSON.stringify(value);
const isJson = (/** @type {string} */ line) => line.startsWith('{');
const parsed = (/** @type {string} */ line) => (isJson(line) ? JSON.parse(line) : line);
const cell = (/** @type {string} */ value) => `"${value.replaceAll('"', '""')}"`;
const each =
  (/** @type {(line: string, i: number) => string} */ wrap) => (/** @type {readonly string[]} */ lines) =>
    text(lines.map(wrap));
/** The line in the source of a page. */
const html = (/** @type {string} */ line) =>
  line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const yamlSingle = (/** @type {string} */ line) => `'${line.replaceAll("'", "''")}'`;

/** What makes a cell of labels longer than the line beside it. */
const LABELS = {
  app: 'reviews',
  cluster: 'prod-eu-west-1',
  container: 'istio-proxy',
  detected_level: 'unknown',
  filename: `/var/log/pods/bookinfo_${POD}_2c9f6c1b-0b1e-4e0b-9a3a-0d7b3f0c2a11/istio-proxy/0.log`,
  job: 'bookinfo/reviews',
  namespace: 'bookinfo',
  node_name: 'ip-192-0-2-17.eu-west-1.compute.internal',
  pod: POD,
  service_name: 'reviews',
  stream: 'stdout',
  version: 'v1',
  region: 'eu-west-1',
  team: 'bookstore',
};

/** @type {Record<string, (line: string, i: number) => string>} */
const LINES = {
  'fluentd-stdout': (line, i) =>
    `${spaced(i)}209278 +0000 kubernetes.var.log.containers.${POD}_bookinfo_istio-proxy-0123.log: ${json({ stream: 'stdout', logtag: 'F', message: line, time: stamp(i) })}`,
  'vector-nested': (line, i) =>
    json({
      file: 'x',
      kubernetes: { pod_name: POD, pod_labels: { app: 'x' } },
      message: json({ log: `${line}\n`, stream: 'stdout', time: stamp(i) }),
      source_type: 'kubernetes_logs',
      timestamp: iso(i),
    }),
  'vector-parsed-nested': (line, i) =>
    json({
      kubernetes: { pod_name: POD },
      message: { log: parsed(line), stream: 'stdout' },
      timestamp: iso(i),
    }),
  viaq: (line, i) =>
    json({
      '@timestamp': stamp(i, '+00:00'),
      hostname: 'node-1',
      kubernetes: {
        annotations: {
          'k8s.ovn.org/pod-networks':
            '{"default":{"ip_addresses":["10.0.0.1/23"],"mac_address":"0a:58:0a:80:00:01"}}',
        },
        container_name: 'istio-proxy',
        labels: { app: 'x' },
        namespace_name: 'bookinfo',
        pod_name: POD,
      },
      level: 'default',
      log_type: 'application',
      message: line,
      openshift: { cluster_id: 'x', sequence: 1 },
    }),
  gelf: (line, i) =>
    json({
      version: '1.1',
      host: 'node-1',
      short_message: line,
      timestamp: (START + i) / 1000,
      level: 6,
      _pod: POD,
      _container_name: 'istio-proxy',
    }),
  'logstash-original': (line, i) =>
    json({
      '@timestamp': iso(i),
      '@version': '1',
      event: { original: line },
      message: line,
      host: { name: 'n' },
      tags: ['_grokparsefailure'],
    }),
  firelens: (line) =>
    json({
      container_id: '0123456789abcdef',
      container_name: '/ecs-envoy-1',
      ecs_cluster: 'prod',
      ecs_task_arn: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/0123',
      ecs_task_definition: 'web:7',
      log: line,
      source: 'stdout',
    }),
  heroku: (line, i) => `${stamp(i, '+00:00')} app[web.1]: ${line}`,
  'cloud-foundry': (line, i) => `   ${iso(i).slice(0, 22)}+0000 [APP/PROC/WEB/SIDECAR/ENVOY/0] OUT ${line}`,
  'github-actions': (line, i) => `${iso(i).slice(0, -1)}2092Z ${line}`,
  'jenkins-timestamper': (line, i) => `[${iso(i)}] ${line}`,
  'jenkins-clock': (line, i) => `${iso(i).slice(11, 19)}  ${line}`,
  'gitlab-runner': (line, i) => `${stamp(i).slice(0, 26)}Z 01O ${line}`,
  'grep-file': (line) => `access.log:${line}`,
  'grep-number': (line, i) => `${i + 1}:${line}`,
  'grep-file-number': (line, i) => `logs/pod-a/istio-proxy.log:${i + 1}:${line}`,
  'zgrep-file': (line) => `./var/log/access.log.1.gz:${line}`,
  'diff-added': (line) => `+${line}`,
  'diff-old': (line) => `< ${line}`,
  'docker-service-logs': (line) => `web_envoy.1.x7k2j9q0v1m3@node-1    | ${line}`,
  'docker-details': (line) => `com.docker.stack.namespace=web,env=prod ${line}`,
  'journald-short-precise': (line) => `Nov 21 03:33:07.287209 node-1 envoy[7]: ${line}`,
  'journald-short-full': (line) => `Sat 2026-11-21 03:33:07 UTC node-1 envoy[7]: ${line}`,
  'journald-short-unix': (line, i) => `${((START + i) / 1000).toFixed(6)} node-1 envoy[7]: ${line}`,
  'journald-short-monotonic': (line, i) => `[ 1234.${String(100000 + i).slice(-6)}] node-1 envoy[7]: ${line}`,
  'journald-with-unit': (line) => `Sat 2026-11-21 03:33:07 UTC node-1 envoy.service[7]: ${line}`,
  'syslog-octet-counted': (line, i) => {
    const m = `<134>1 ${iso(i)} node-1 istio-proxy 7 - - ${line}`;
    return `${Buffer.byteLength(m)} ${m}`;
  },
  'syslog-year': (line) => `Nov 21 2026 03:33:07 node-1 istio-proxy[7]: ${line}`,
  'stern-template': (line) => `${POD} | istio-proxy | ${line}`,
  k9s: (line) => `${POD}:istio-proxy ${line}`,
  'kubectl-tail-job': (line) => `[${POD}] ${line}`,
  'kafka-key': (line, i) => `${POD}\t${json({ '@timestamp': iso(i), log: line })}`,
  'ndjson-with-commas': (line, i) => `${json({ time: iso(i), message: line })},`,
  'python-log': (line, i) => `${spaced(i).replace('.', ',')} INFO collector: ${line}`,
  'python-repr': (line, i) =>
    `{'time': '${iso(i)}', 'message': '${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'}`,
  'log4j-like': (line, i) => `[INFO ] ${spaced(i)} [main] LogTailer - ${line}`,
  'html-divs': (line, i) =>
    `<div class="log-line" id="L${i}"><span class="ts">${iso(i)}</span> ${html(line)}</div>`,
  'html-rows': (line, i) => `<tr><td>${iso(i)}</td><td>${html(line)}</td></tr>`,
  'xml-events': (line, i) => `<event><time>${iso(i)}</time><msg>${html(line)}</msg></event>`,
  'markdown-table': (line, i) => `| ${iso(i)} | \`${line}\` |`,
  'slack-inline-code': (line) => `\`${line}\``,
  'list-dash': (line) => `- ${line}`,
  'yaml-list': (line) => `- ${yamlSingle(line)}`,
  'yaml-list-double': (line) => `- ${json(line)}`,
  'yaml-messages': (line, i) => `- timestamp: "${iso(i)}"\n  message: ${yamlSingle(line)}`,
  'sql-values': (line, i) => `(${i},'${iso(i)}','${line.replaceAll("'", "''")}'),`,
  'quoted-lines': (line) => cell(line),
  'tabs-between': (line) => (isJson(line) ? line : line.replaceAll(' ', '\t')),
  'alloy-otlp': (line, i) =>
    json({
      body: line,
      traceid: '',
      attributes: { 'k8s.pod.name': POD },
      resources: { 'k8s.namespace.name': 'bookinfo' },
      timestamp: nanos(i),
    }),
  'bigquery-ndjson': (line, i) =>
    json({
      logName: 'projects/p/logs/stdout',
      resource: { type: 'k8s_container', labels: { pod_name: POD, container_name: 'istio-proxy' } },
      ...(isJson(line) ? { jsonPayload: parsed(line) } : { textPayload: line }),
      timestamp: `${spaced(i)}209 UTC`,
      insertId: `i${i}`,
      severity: 'INFO',
    }),
  'gcp-log-stream-file': (line, i) =>
    json({
      insertId: `a${i}`,
      labels: { 'k8s-pod/app': 'reviews', 'compute.googleapis.com/resource_name': 'gke-x' },
      logName: 'projects/p/logs/stdout',
      receiveTimestamp: stamp(i + 900),
      resource: { labels: { pod_name: POD }, type: 'k8s_container' },
      severity: 'INFO',
      textPayload: line,
      timestamp: stamp(i),
    }),
  newrelic: (line, i) =>
    json({
      message: line,
      timestamp: START + i,
      'newrelic.source': 'api.logs',
      pod_name: POD,
      plugin: { type: 'kubernetes' },
    }),
  sumo: (line, i) => json({ timestamp: START + i, log: line, stream: 'stdout', _sourceName: POD }),
  coralogix: (line, i) =>
    json({
      timestamp: iso(i),
      severity: 'Info',
      applicationName: 'bookinfo',
      text: json({ message: line, kubernetes: { pod_name: POD } }),
    }),
  'otlp-any-value': (line, i) =>
    json({ Timestamp: iso(i), Body: { Type: 'String', Value: line }, Attributes: { a: 'b' } }),
  'windows-crlf-timestamps': (line, i) => `[pod/${POD}/istio-proxy] ${stamp(i)} ${line}\r`,
  'envoy-in-shell-trace': (line) => `+ echo ${line}`,
  'loki-canary-tail': (line, i) =>
    `${iso(i).slice(0, 19)}+01:00 {app="reviews", container="istio-proxy", filename="/var/log/pods/bookinfo_${POD}/istio-proxy/0.log", pod="${POD}"}  ${line}`,
  'azure-ndjson': (line, i) =>
    json({
      time: iso(i),
      category: 'kube-audit',
      properties: { log: `${line}\n`, stream: 'stdout', pod: POD },
    }),
};

/** @type {Record<string, import('./wrappings.mjs').Wrapping>} */
const DOCUMENTS = {
  victorialogs: each((line, i) =>
    json({ _time: iso(i), _stream_id: '0', _stream: `{pod="${POD}",namespace="a"}`, _msg: line }),
  ),
  humio: each((line, i) => json({ '@timestamp': START + i, '@rawstring': line, '#repo': 'k8s' })),
  'clickhouse-compact': (lines) =>
    json({
      meta: [{ name: 'Timestamp' }, { name: 'Body' }],
      data: lines.map((line, i) => [iso(i), line]),
      rows: lines.length,
    }),
  psql: (lines) =>
    ` ts | body\n----+------\n${lines.map((line, i) => ` ${iso(i)} | ${line}\n`).join('')}(${lines.length} rows)\n`,
  asciinema: (lines) =>
    `{"version": 2, "width": 80, "height": 24}\n${lines.map((line, i) => `${json([i / 10, 'o', `${line}\r\n`])}\n`).join('')}`,
  'grep-colour': each((line) => line.replace(/ (\d{3}) /, ' \u001b[01;31m\u001b[K$1\u001b[m\u001b[K ')),
  'line-ends-shown': each((line) => `${line}$`),
  'elasticsearch-scrolls': (lines) =>
    [lines.slice(0, Math.ceil(lines.length / 2)), lines.slice(Math.ceil(lines.length / 2))]
      .map((part) =>
        json({
          _scroll_id: 'x',
          hits: { hits: part.map((line, i) => ({ _index: 'a', _id: `${i}`, _source: { message: line } })) },
        }),
      )
      .join('\n'),
  'grafana-csv': (lines) =>
    `"labels","Time","Line","tsNs","labelTypes","id"\n${lines.map((line, i) => [json(LABELS), spaced(i), line, nanos(i), json(Object.fromEntries(Object.keys(LABELS).map((k) => [k, 'I']))), `${nanos(i)}_0123abcd`].map(cell).join(',')).join('\n')}\n`,
  'grafana-csv-date-first': (lines) =>
    `"Date","Line","tsNs"\n${lines.map((line, i) => [iso(i), line, nanos(i)].map(cell).join(',')).join('\n')}\n`,
  'kibana-csv': (lines) =>
    `"@timestamp",message,"kubernetes.pod.name",stream\n${lines.map((line, i) => `"Nov 21, 2026 @ 03:33:07.${String(i % 1000).padStart(3, '0')}",${cell(line)},"${POD}",stdout`).join('\n')}\n`,
  'kibana-csv-source': (lines) =>
    `"_source"\n${lines.map((line, i) => cell(json({ '@timestamp': [iso(i)], message: [line], 'kubernetes.pod.name': [POD] }))).join('\n')}\n`,
  'gcloud-csv': (lines) =>
    `timestamp,resource.labels.pod_name,text_payload\n${lines.map((line, i) => `${stamp(i)},${POD},${cell(line)}`).join('\n')}\n`,
  'gcloud-table': (lines) =>
    `TIMESTAMP                    TEXT_PAYLOAD\n${lines.map((line, i) => `${stamp(i)}  ${line}`).join('\n')}\n`,
  'gcloud-yaml-folded': (lines) =>
    lines
      .map(
        (line, i) =>
          `---\ninsertId: x${i}\nlabels:\n  k8s-pod/app: reviews\nlogName: projects/p/logs/stdout\nresource:\n  labels:\n    pod_name: ${POD}\n  type: k8s_container\nseverity: INFO\ntextPayload: |\n  ${line}\ntimestamp: '${stamp(i)}'\n`,
      )
      .join(''),
  'gcloud-yaml-single': (lines) =>
    lines
      .map(
        (line, i) =>
          `---\ninsertId: x${i}\nresource:\n  labels:\n    pod_name: ${POD}\n  type: k8s_container\ntextPayload: ${yamlSingle(line)}\ntimestamp: '${stamp(i)}'\n`,
      )
      .join(''),
  'insights-json': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({
        '@timestamp': spaced(i),
        '@message': line,
        '@logStream': POD,
        '@log': '123456789012:/aws/containerinsights/prod/application',
      })),
      null,
      4,
    ),
  'insights-csv': (lines) =>
    `@timestamp,@message,@logStream\n${lines.map((line, i) => `${spaced(i)},${cell(line)},${POD}`).join('\n')}\n`,
  'insights-of-fluent-bit': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({
        '@timestamp': spaced(i),
        '@message': json({
          time: stamp(i),
          stream: 'stdout',
          _p: 'F',
          log: line,
          kubernetes: {
            pod_name: POD,
            namespace_name: 'bookinfo',
            container_image: 'docker.io/istio/proxyv2:1.20.0',
          },
        }),
        '@ptr': 'CmEKJgoiMTIzNDU2Nzg5MDEyOi9hd3MvY29udGFpbmVyaW5zaWdodHMvcHJvZC9hcHBsaWNhdGlvbhAHEjUaGAIGS',
      })),
      null,
      2,
    ),
  'datadog-csv': (lines) =>
    `Date,Host,Service,Container Name,Pod Name,Message\n${lines.map((line, i) => `${iso(i)},ip-192-0-2-1.ec2.internal,istio-proxy,istio-proxy,${POD},${cell(line)}`).join('\n')}\n`,
  'splunk-csv': (lines) =>
    `"_raw","_time",host,index,linecount,source,sourcetype,"splunk_server","_bkt","_cd"\n${lines.map((line, i) => `${cell(line)},"2026-11-21T03:33:07.${String(i % 1000).padStart(3, '0')}+0000","node-1",main,1,"/var/log/containers/${POD}.log","kube:container:istio-proxy","idx-1","main~12~0123456789","12:${i}"`).join('\n')}\n`,
  'splunk-rows': (lines) =>
    json({
      preview: false,
      init_offset: 0,
      messages: [],
      fields: ['_raw', '_time', 'host'],
      rows: lines.map((line, i) => [line, iso(i), 'node-1']),
    }),
  'splunk-cols': (lines) =>
    json({ preview: false, fields: ['_raw', '_time'], columns: [lines, lines.map((_, i) => iso(i))] }),
  'splunk-xml': (lines) =>
    `<?xml version='1.0' encoding='UTF-8'?>\n<results preview='0'>\n${lines.map((line, i) => `<result offset='${i}'>\n<field k='_raw'><v xml:space='preserve' trim='0'>${html(line)}</v></field>\n</result>`).join('\n')}\n</results>\n`,
  'opensearch-datarows': (lines) =>
    json({
      schema: [
        { name: 'message', type: 'text' },
        { name: 'ts', type: 'timestamp' },
      ],
      datarows: lines.map((line, i) => [line, spaced(i)]),
      total: lines.length,
      size: lines.length,
      status: 200,
    }),
  esql: (lines) =>
    json({
      took: 1,
      columns: [
        { name: '@timestamp', type: 'date' },
        { name: 'message', type: 'text' },
      ],
      values: lines.map((line, i) => [iso(i), line]),
    }),
  'elasticsearch-fields': (lines) =>
    JSON.stringify(
      {
        took: 2,
        _shards: { total: 1 },
        hits: {
          total: { value: lines.length, relation: 'eq' },
          max_score: null,
          hits: lines.map((line, i) => ({
            _index: 'l',
            _id: `${i}`,
            _version: 1,
            _score: null,
            fields: { '@timestamp': [iso(i)], message: [line], 'kubernetes.pod.name': [POD] },
            highlight: { message: ['@kibana-highlighted-field@503@/kibana-highlighted-field@'] },
            sort: [START + i],
          })),
        },
      },
      null,
      2,
    ),
  'azure-tables': (lines) =>
    json({
      tables: [
        {
          name: 'PrimaryResult',
          columns: [
            { name: 'TimeGenerated', type: 'datetime' },
            { name: 'LogMessage', type: 'dynamic' },
          ],
          rows: lines.map((line, i) => [iso(i), line]),
        },
      ],
    }),
  'azure-csv': (lines) =>
    `"TimeGenerated [UTC]",PodName,LogMessage\n${lines.map((line, i) => `"11/21/2026, 3:33:07.${String(i % 1000).padStart(3, '0')} AM",${POD},${cell(line)}`).join('\n')}\n`,
  'loki-structured': (lines) =>
    json({
      status: 'success',
      data: {
        resultType: 'streams',
        encodingFlags: ['categorize-labels'],
        result: [
          {
            stream: LABELS,
            values: lines.map((line, i) => [
              nanos(i),
              line,
              { structuredMetadata: { trace_id: 'a'.repeat(32) }, parsed: {} },
            ]),
          },
        ],
      },
    }),
  'loki-tail': (lines) =>
    text(
      lines.map((line, i) =>
        json({ streams: [{ stream: LABELS, values: [[nanos(i), line]] }], dropped_entries: null }),
      ),
    ),
  'papertrail-tsv': (lines) =>
    text(
      lines.map(
        (line, i) =>
          `${7000000 + i}\t${iso(i).slice(0, 19)}\t${iso(i).slice(0, 19)}\t12345\tnode-1\t192.0.2.1\tUser\tNotice\tistio-proxy\t${line}`,
      ),
    ),
  'graylog-csv': (lines) =>
    `"timestamp","source","message"\n${lines.map((line, i) => [iso(i), 'node-1', line].map(cell).join(',')).join('\n')}\n`,
  'excel-csv': (lines) =>
    `\ufeffZeit;Meldung;Pod\r\n${lines.map((line, i) => `21.11.2026 03:33:07,${String(i % 1000).padStart(3, '0')};${cell(line)};${POD}\r\n`).join('')}`,
  'journal-export': (lines) =>
    lines
      .map(
        (line, i) =>
          `__CURSOR=s=0123;i=${i}\n__REALTIME_TIMESTAMP=${START + i}000\n__MONOTONIC_TIMESTAMP=${1000 + i}\n_BOOT_ID=0123\nPRIORITY=6\n_HOSTNAME=node-1\nSYSLOG_IDENTIFIER=envoy\n_PID=7\n_CMDLINE=/usr/local/bin/envoy -c /etc/envoy.yaml --log-level warning\nMESSAGE=${line}\n\n`,
      )
      .join(''),
  'journal-verbose': (lines) =>
    lines
      .map(
        (line, i) =>
          `Sat 2026-11-21 03:33:07.287209 UTC [s=0123;i=${i};b=4567]\n    PRIORITY=6\n    _HOSTNAME=node-1\n    SYSLOG_IDENTIFIER=envoy\n    _PID=7\n    MESSAGE=${line}\n`,
      )
      .join(''),
  'har-like': (lines) =>
    JSON.stringify(
      {
        log: {
          version: '1.2',
          creator: { name: 'x', version: '1' },
          entries: lines.map((line, i) => ({ startedDateTime: iso(i), time: 3, comment: line })),
        },
      },
      null,
      2,
    ),
  'slack-paste': (lines) =>
    lines
      .map((line, i) =>
        i % 6 === 0
          ? `Jane Doe  3:${String(33 + (i % 20)).padStart(2, '0')} AM\n${line}\n`
          : i % 6 === 3
            ? `\nok, and then\n${line}\n`
            : `${line}\n`,
      )
      .join(''),
  'teams-paste': (lines) =>
    lines.map((line, i) => (i % 8 === 0 ? `[03:33] Jane Doe\n${line}\n` : `${line}\n`)).join(''),
  'jira-panel': (lines) =>
    `h2. Log\n{panel:title=istio-proxy|borderStyle=dashed}\n{noformat}\n${text(lines)}{noformat}\n{panel}\n`,
  'quoted-printable': (lines) =>
    `Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(text(lines))}`,
  'utf16le-crlf': (lines) =>
    Buffer.from(
      `\ufeff${lines.map((line, i) => `[pod/${POD}/istio-proxy] ${stamp(i)} ${line}\r\n`).join('')}`,
      'utf16le',
    ),
  utf16be: (lines) => Buffer.from(`\ufeff${text(lines)}`, 'utf16le').swap16(),
  'utf16le-without-mark': (lines) => Buffer.from(text(lines), 'utf16le'),
  'utf16le-json-array': (lines) =>
    Buffer.from(
      `\ufeff${JSON.stringify(
        lines.map((line, i) => ({ timestamp: iso(i), message: line })),
        null,
        2,
      )}`,
      'utf16le',
    ),
  'tail-headers': (lines) =>
    `==> /var/log/a/access.log <==\n${text(lines.slice(0, lines.length / 2))}\n==> /var/log/b/access.log <==\n${text(lines.slice(lines.length / 2))}`,
  typescript: (lines) =>
    `Script started on Sat Nov 21 03:33:07 2026\r\n$ kubectl logs deploy/reviews -c istio-proxy\r\n${lines.map((line) => `${line}\r\n`).join('')}$ exit\r\n\r\nScript done on Sat Nov 21 03:34:07 2026\r\n`,
  'rg-headings': (lines) => `pods/a.log\n${lines.map((line, i) => `${i + 1}:${line}\n`).join('')}`,
  'ruby-debug': (lines) =>
    lines
      .map(
        (line, i) =>
          `{\n    "@timestamp" => ${iso(i)},\n          "host" => "node-1",\n       "message" => ${json(line)},\n      "@version" => "1"\n}\n`,
      )
      .join(''),
  'json-array-cut': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({ timestamp: iso(i), message: line })),
      null,
      2,
    ).slice(0, -3),
  'json-array-trailing-comma': (lines) =>
    `[\n${lines.map((line, i) => `  ${json({ timestamp: iso(i), message: line })},`).join('\n')}\n]\n`,
  'json-by-mark': (lines) => `\ufeff${json(lines.map((line, i) => ({ timestamp: iso(i), message: line })))}`,
  'json-seq': (lines) =>
    lines.map((line, i) => `\u001e${json({ timestamp: iso(i), message: line })}\n`).join(''),
  'yaml-block': (lines) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: access-log\ndata:\n  access.log: |\n${lines.map((line) => `    ${line}\n`).join('')}`,
  'html-pre': (lines) =>
    `<!DOCTYPE html>\n<html><head><title>log</title></head><body>\n<pre>\n${lines.map((line) => `${html(line)}\n`).join('')}</pre>\n</body></html>\n`,
  'mail-forward': (lines) =>
    `From: x@example.com\nSubject: 503s\n\n---------- Forwarded message ---------\n${lines.map((line) => `> > ${line}\n`).join('')}`,
  crlf: (lines) => lines.map((line) => `${line}\r\n`).join(''),
  'blank-between': (lines) => lines.map((line) => `${line}\n\n`).join(''),
  'datadog-json-list': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({
        id: `A${i}`,
        content: {
          timestamp: iso(i),
          tags: ['pod_name:x'],
          service: 'istio-proxy',
          message: line,
          attributes: { network: { client: { ip: '192.0.2.1' } } },
        },
      })),
      null,
      2,
    ),
  'jq-slurped-lines': (lines) =>
    JSON.stringify(
      lines.map((line) => parsed(line)),
      null,
      2,
    ),
};

function toBytes(/** @type {string} */ character) {
  const bytes = [...Buffer.from(character)];
  return bytes.map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** RFC 2045: no line over 76 characters, and no escape cut in two. */
function quotedPrintable(/** @type {string} */ body) {
  return body
    .replaceAll(/[^\x20-\x3c\x3e-\x7e\t\n]/g, toBytes)
    .replaceAll(/(?:=[0-9A-F]{2}|[^\n=]){1,25}(?=[^\n])/g, '$&=\n');
}
/** Every export by name. @type {Readonly<Record<string, import('./wrappings.mjs').Wrapping>>} */
export const EXPORTS = {
  ...Object.fromEntries(Object.entries(LINES).map(([n, w]) => [n, each(w)])),
  ...DOCUMENTS,
};
