// What tools make of a log: each entry turns lines into the text (or bytes) of a file as it reaches us. Written without the
// readers' code, so that it can check them; shared by the tests and by scripts/wrapped-variants.mjs.
import { gzipSync } from 'node:zlib';
import { byLine, cell, isJson, iso, json, nanos, POD, parsed, START, stamp, text } from './wrapping.mjs';

/** @type {Record<string, import('./wrapping.mjs').LineWrapping>} */
const LINES = {
  'kubectl-prefix': (line) => `[pod/${POD}/istio-proxy] ${line}`,
  'kubectl-timestamps': (line, i) => `${stamp(i)} ${line}`,
  'kubectl-prefix-timestamps': (line, i) => `[pod/${POD}/istio-proxy] ${stamp(i)} ${line}`,
  stern: (line) => `${POD} istio-proxy ${line}`,
  'stern-all-namespaces': (line) => `bookinfo ${POD} istio-proxy ${line}`,
  'stern-timestamps': (line, i) => `${POD} istio-proxy ${stamp(i)} ${line}`,
  'stern-arrow': (line) => `${POD} › istio-proxy ${line}`,
  'stern-json': (line) =>
    json({
      message: line,
      nodeName: 'n1',
      namespace: 'bookinfo',
      podName: POD,
      containerName: 'istio-proxy',
    }),
  kubetail: (line) => `[${POD} istio-proxy] ${line}`,
  'pod-container-colon': (line) => `${POD}[istio-proxy]: ${line}`,
  coloured: (line) => `\u001b[38;5;82m${POD}\u001b[0m \u001b[36mistio-proxy\u001b[0m ${line}`,
  'coloured-line': (line) => `\u001b[32m${line}\u001b[0m`,
  'docker-compose': (line) => `envoy-1  | ${line}`,
  'docker-compose-timestamps': (line, i) => `envoy-1  | ${stamp(i)} ${line}`,
  cri: (line, i) => `${stamp(i)} stdout F ${line}`,
  'cri-local': (line, i) => `${stamp(i, '+02:00')} stdout F ${line}`,
  'docker-json': (line, i) => json({ log: `${line}\n`, stream: 'stdout', time: stamp(i) }),
  'docker-json-in-cri': (line, i) =>
    `${stamp(i)} stdout F ${json({ log: `${line}\n`, stream: 'stdout', time: stamp(i) })}`,
  'cri-in-kubectl-prefix': (line, i) => `[pod/${POD}/istio-proxy] ${stamp(i)} stdout F ${line}`,
  journald: (line) => `Nov 21 03:33:07 node-1 istio-proxy[123]: ${line}`,
  'journald-iso': (line) => `2026-11-21T03:33:07+0100 node-1 istio-proxy[123]: ${line}`,
  'journald-json': (line, i) =>
    json({
      __CURSOR: 's=1',
      __REALTIME_TIMESTAMP: `${START + i}000`,
      _HOSTNAME: 'node-1',
      MESSAGE: line,
      _PID: '7',
    }),
  'syslog-3164': (line) => `<134>Nov  1 03:33:07 node-1 istio-proxy: ${line}`,
  'syslog-5424': (line, i) => `<134>1 ${iso(i)} node-1 istio-proxy 7 - - ${line}`,
  'syslog-5424-data': (line, i) => `<134>1 ${iso(i)} node-1 istio-proxy 7 m [meta@1 pod="${POD}"] ${line}`,
  'fluent-bit': (line, i) =>
    json({
      ...{ time: stamp(i), stream: 'stdout', _p: 'F', log: line },
      kubernetes: {
        pod_name: POD,
        namespace_name: 'bookinfo',
        labels: { app: 'reviews' },
        annotations: { a: '{"b":"c"}' },
      },
    }),
  'fluent-bit-metadata-first': (line, i) =>
    json({
      '@timestamp': iso(i),
      kubernetes: { pod_name: POD, labels: { app: 'reviews' } },
      log: `${line}\n`,
    }),
  'fluent-bit-stdout': (line) =>
    `[0] kube.var.log: [[1795231987.287209278, {}], {"stream"=>"stdout", "log"=>${json(`${line}\n`)}, "logtag"=>"F"}]`,
  'fluentd-file': (line, i) => `${iso(i)}\tkubernetes.istio-proxy\t${json({ log: line, stream: 'stdout' })}`,
  vector: (line, i) =>
    json({
      file: '/var/log/pods/x',
      kubernetes: { pod_name: POD },
      message: line,
      source_type: 'kubernetes_logs',
      timestamp: iso(i),
    }),
  filebeat: (line, i) =>
    json({
      '@timestamp': iso(i),
      message: line,
      kubernetes: { pod: { name: POD } },
      stream: 'stdout',
      input: { type: 'container' },
    }),
  'fluentd-parsed': (line, i) =>
    json({ '@timestamp': iso(i), kubernetes: { pod_name: POD }, message: parsed(line) }),
  'logcli-jsonl': (line, i) => json({ labels: { app: 'reviews', pod: POD }, line, timestamp: stamp(i) }),
  logcli: (line, i) => `${iso(i)} {app="reviews", pod="${POD}"} ${line}`,
  'logcli-raw-labels': (line) => `{app="reviews",pod="${POD}"} ${line}`,
  'grafana-text': (line, i) => `${iso(i).replace('T', ' ').slice(0, -1)}\t${line}`,
  'google-ndjson': (line, i) =>
    json({
      insertId: `x${i}`,
      resource: { type: 'k8s_container', labels: { pod_name: POD } },
      timestamp: stamp(i),
      ...(isJson(line) ? { jsonPayload: parsed(line) } : { textPayload: `${line}\n` }),
    }),
  'google-viewer': (line, i) => `INFO ${iso(i)} [resource.labels.containerName: istio-proxy] ${line}`,
  'elasticsearch-ndjson': (line, i) =>
    json({ _index: 'logs', _id: `${i}`, _score: 1, _source: { '@timestamp': iso(i), message: line } }),
  'opensearch-ecs': (line, i) =>
    json({
      _index: 'logs',
      _source: { '@timestamp': iso(i), event: { original: line }, host: { name: 'n' } },
    }),
  'cloudwatch-ndjson': (line, i) =>
    json({ timestamp: START + i, message: line, ingestionTime: START + i + 900 }),
  'cloudwatch-tail': (line, i) => `${iso(i)} ${POD} ${line}`,
  'datadog-ndjson': (line, i) =>
    json({
      id: `A${i}`,
      type: 'log',
      attributes: { timestamp: iso(i), status: 'info', service: 'istio-proxy', message: line, tags: ['a:b'] },
    }),
  'splunk-ndjson': (line, i) =>
    json({ preview: false, offset: i, result: { _raw: line, _time: iso(i), host: 'node-1' } }),
  'splunk-hec': (line, i) => json({ time: (START + i) / 1000, host: 'node-1', source: 'http', event: line }),
  'azure-container-log': (line, i) =>
    json({ TimeGenerated: iso(i), PodName: POD, LogMessage: parsed(line), LogSource: 'stdout' }),
  'otlp-body': (line, i) =>
    json({ timeUnixNano: nanos(i), body: { stringValue: line }, severityText: 'INFO' }),
  logfmt: (line, i) => `time=${json(iso(i))} level=info msg=${json(line)} pod=${POD}`,
  'json-in-json': (line) => json({ level: 'info', payload: json({ inner: json({ message: line }) }) }),
  'json-strings': (line) => json(line),
  'unknown-json': (line, i) => json({ seq: i, what_they_call_it: line, where: 'there' }),
  'cri-in-fluent-bit': (line, i) =>
    json({ log: `${stamp(i)} stdout F ${line}`, kubernetes: { pod_name: POD } }),
  'fluent-bit-in-cri-in-kubectl': (line, i) =>
    `[pod/fluent-bit-x/fluent-bit] ${stamp(i)} stdout F ${json({ log: line, kubernetes: { pod_name: POD } })}`,
  'crlf-cri': (line, i) => `${stamp(i)} stdout F ${line}\r`,
};

/** @type {Record<string, import('./wrapping.mjs').Wrapping>} */
const DOCUMENTS = {
  'json-array': (lines) => json(lines.map((line, i) => ({ timestamp: iso(i), message: line }))),
  'json-array-a-line-each': (lines) =>
    `[\n${lines.map((line, i) => json({ timestamp: iso(i), message: line })).join(',\n')}\n]\n`,
  'json-array-pretty': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({ timestamp: iso(i), message: line })),
      null,
      2,
    ),
  'json-array-of-strings': (lines) => JSON.stringify(lines, null, 2),
  'json-concatenated': (lines) =>
    lines.map((line, i) => json({ timestamp: START + i, message: line, id: '1' })).join(''),
  'json-pretty-concatenated': (lines) =>
    text(lines.map((line, i) => JSON.stringify({ time: iso(i), message: line }, null, 4))),
  'gcloud-json': (lines) =>
    JSON.stringify(
      lines.map((line, i) => ({
        insertId: `x${i}`,
        resource: { type: 'k8s_container', labels: { pod_name: POD } },
        timestamp: stamp(i),
        ...(isJson(line) ? { jsonPayload: parsed(line) } : { textPayload: line }),
      })),
      null,
      2,
    ),
  'gcloud-yaml': (lines) =>
    lines
      .map((line, i) => `---\ninsertId: x${i}\ntextPayload: ${json(line)}\ntimestamp: '${iso(i)}'\n`)
      .join(''),
  'loki-api': (lines) =>
    json({
      status: 'success',
      data: {
        resultType: 'streams',
        result: [
          {
            stream: { pod: POD },
            values: lines.filter((_, i) => i % 2 === 0).map((line, i) => [nanos(2 * i), line]),
          },
          {
            stream: { pod: 'other' },
            values: lines.filter((_, i) => i % 2 === 1).map((line, i) => [nanos(2 * i + 1), line]),
          },
        ],
        stats: { summary: { bytesProcessedPerSecond: 1, lines: [] } },
      },
    }),
  'loki-push': (lines) =>
    text(lines.map((line, i) => json({ streams: [{ stream: { pod: POD }, values: [[nanos(i), line]] }] }))),
  'grafana-explore-json': (lines) =>
    json(
      lines.map((line, i) => ({
        line,
        timestamp: nanos(i),
        date: iso(i),
        fields: { pod: POD, filename: '/var/log/x' },
      })),
    ),
  'grafana-frames': (lines) =>
    json([
      {
        schema: { fields: [{ name: 'Time' }, { name: 'Line' }] },
        data: { values: [lines.map((_, i) => START + i), lines] },
      },
    ]),
  'elasticsearch-search': (lines) =>
    JSON.stringify(
      {
        took: 3,
        timed_out: false,
        hits: {
          total: { value: lines.length, relation: 'eq' },
          hits: lines.map((line, i) => ({
            _index: 'logs',
            _id: `${i}`,
            _source: { '@timestamp': iso(i), message: line, tags: ['a'] },
          })),
        },
      },
      null,
      2,
    ),
  'elasticsearch-search-one-line': (lines) =>
    json({
      took: 3,
      hits: {
        total: { value: lines.length },
        hits: lines.map((line, i) => ({
          _index: 'l',
          _id: `${i}`,
          _source: parsed(json({ message: line })),
        })),
      },
    }),
  'elasticsearch-bulk': (lines) =>
    text(
      lines.flatMap((line, i) => [
        json({ index: { _index: 'logs', _id: `${i}` } }),
        json({ '@timestamp': iso(i), message: line }),
      ]),
    ),
  'cloudwatch-events': (lines) =>
    JSON.stringify(
      {
        events: lines.map((line, i) => ({
          logStreamName: POD,
          timestamp: START + i,
          message: line,
          eventId: `${i}`,
        })),
        searchedLogStreams: [],
      },
      null,
      4,
    ),
  'cloudwatch-insights': (lines) =>
    JSON.stringify(
      {
        results: lines.map((line, i) => [
          { field: '@timestamp', value: iso(i) },
          { field: '@message', value: line },
          { field: '@ptr', value: 'x'.repeat(40) },
        ]),
        statistics: { recordsMatched: 1 },
        status: 'Complete',
      },
      null,
      4,
    ),
  'cloudwatch-subscription': (lines) => {
    let all = '';
    for (let i = 0; i < lines.length; i += 3)
      all += json({
        ...{
          messageType: 'DATA_MESSAGE',
          owner: '1',
          logGroup: 'g',
          logStream: POD,
          subscriptionFilters: ['f'],
        },
        logEvents: lines
          .slice(i, i + 3)
          .map((line, k) => ({ id: `${i + k}`, timestamp: START + i + k, message: line })),
      });
    return all;
  },
  'datadog-api': (lines) =>
    json({
      data: lines.map((line, i) => ({
        id: `A${i}`,
        type: 'log',
        attributes: { timestamp: iso(i), message: line, attributes: { a: 1 } },
      })),
      meta: { page: {} },
    }),
  'splunk-results': (lines) =>
    json({ preview: false, results: lines.map((line, i) => ({ _raw: line, _time: iso(i), host: 'n' })) }),
  'otlp-export': (lines) =>
    json({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'k8s.pod.name', value: { stringValue: POD } }] },
          scopeLogs: [
            {
              scope: {},
              logRecords: lines.map((line, i) => ({
                timeUnixNano: nanos(i),
                body: { stringValue: line },
                attributes: [{ key: 'a', value: { stringValue: 'b' } }],
              })),
            },
          ],
        },
      ],
    }),
  csv: (lines) =>
    `"@timestamp","message","kubernetes.pod"\r\n${lines.map((line, i) => `${iso(i)},${cell(line)},${POD}\r\n`).join('')}`,
  'csv-all-quoted': (lines) =>
    `"Date","Host","Service","Message"\n${lines.map((line, i) => [iso(i), 'n', 'istio-proxy', line].map(cell).join(',')).join('\n')}\n`,
  'csv-semicolon': (lines) => `time;line\n${lines.map((line, i) => `${iso(i)};${cell(line)}`).join('\n')}\n`,
  'csv-line-end-in-cell': (lines) =>
    `_time,_raw\n${lines.map((line, i) => `${iso(i)},${cell(`${line}\n`)}`).join('\n')}\n`,
  tsv: (lines) => `time\tpod\tline\n${lines.map((line, i) => `${iso(i)}\t${POD}\t${line}`).join('\n')}\n`,
  'csv-of-docker-json': (lines) =>
    `time,log\n${lines.map((line, i) => `${iso(i)},${cell(json({ log: `${line}\n`, stream: 'stdout', time: stamp(i) }))}`).join('\n')}\n`,
  'cri-pieces': (lines) =>
    text(
      lines.flatMap((line, i) =>
        i % 3 === 0
          ? [
              `${stamp(i)} stdout P ${line.slice(0, 40)}`,
              `${stamp(i)} stdout P ${line.slice(40, 90)}`,
              `${stamp(i)} stdout F ${line.slice(90)}`,
            ]
          : [`${stamp(i)} stdout F ${line}`],
      ),
    ),
  'with-proxy-log': (lines) =>
    text(
      lines.flatMap((line, i) =>
        i % 4 === 0 ? [`2026-11-21T03:06:59.596000Z\tinfo\txdsproxy\tconnected ${i}`, line] : [line],
      ),
    ),
  'mixed-wrappers': (lines) =>
    text(
      lines.map((line, i) =>
        i < lines.length / 2
          ? `[pod/${POD}/istio-proxy] ${line}`
          : json({ log: `${line}\n`, stream: 'stdout', time: stamp(i) }),
      ),
    ),
  'byte-order-mark': (lines) => `\ufeff${text(lines)}`,
  'markdown-fence': (lines) => `Here is the log:\n\n\`\`\`\n${text(lines)}\`\`\`\n`,
  'mail-quotes': (lines) => text(lines.map((line) => `> ${line}`)),
  'line-numbers': (lines) => text(lines.map((line, i) => `${String(i + 1).padStart(6)}\t${line}`)),
  'html-entities': (lines) =>
    text(
      lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('>', '&gt;')),
    ),
  'escaped-quotes': (lines) => text(lines.map((line) => json(line).slice(1, -1))),
  'gzip-members': (lines) =>
    Buffer.concat([gzipSync(text(lines.slice(0, 9))), gzipSync(text(lines.slice(9)))]),
};

/** Line by line. @type {Readonly<Record<string, import('./wrapping.mjs').Wrapping>>} */
export const LINE_WRAPPINGS = byLine(LINES);

/** Every wrapping by name. @type {Readonly<Record<string, import('./wrapping.mjs').Wrapping>>} */
export const WRAPPINGS = { ...LINE_WRAPPINGS, ...DOCUMENTS };
