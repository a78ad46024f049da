// What the pages and commands of log stores export.
import {
  cell,
  html,
  iso,
  json,
  nanos,
  POD,
  START,
  spaced,
  stamp,
  text,
  under,
  yamlSingle,
} from '../wrapping.mjs';

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

/** @type {Record<string, import('../wrapping.mjs').Wrapping>} */
const DOCUMENTS = {
  'clickhouse-compact': (lines) =>
    json({
      meta: [{ name: 'Timestamp' }, { name: 'Body' }],
      data: lines.map((line, i) => [iso(i), line]),
      rows: lines.length,
    }),
  psql: (lines) =>
    ` ts | body\n----+------\n${lines.map((line, i) => ` ${iso(i)} | ${line}\n`).join('')}(${lines.length} rows)\n`,
  'elasticsearch-scrolls': (lines) =>
    [lines.slice(0, Math.ceil(lines.length / 2)), lines.slice(Math.ceil(lines.length / 2))]
      .map((part) =>
        json({
          _scroll_id: 'x',
          hits: { hits: part.map((line, i) => ({ _index: 'a', _id: `${i}`, _source: { message: line } })) },
        }),
      )
      .join('\n'),
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
  'grafana-csv': under('"labels","Time","Line","tsNs","labelTypes","id"', (line, i) =>
    [
      json(LABELS),
      spaced(i),
      line,
      nanos(i),
      json(Object.fromEntries(Object.keys(LABELS).map((k) => [k, 'I']))),
      `${nanos(i)}_0123abcd`,
    ]
      .map(cell)
      .join(','),
  ),
  'grafana-csv-date-first': under('"Date","Line","tsNs"', (line, i) =>
    [iso(i), line, nanos(i)].map(cell).join(','),
  ),
  'kibana-csv': under(
    '"@timestamp",message,"kubernetes.pod.name",stream',
    (line, i) =>
      `"Nov 21, 2026 @ 03:33:07.${String(i % 1000).padStart(3, '0')}",${cell(line)},"${POD}",stdout`,
  ),
  'kibana-csv-source': under('"_source"', (line, i) =>
    cell(json({ '@timestamp': [iso(i)], message: [line], 'kubernetes.pod.name': [POD] })),
  ),
  'gcloud-csv': under(
    'timestamp,resource.labels.pod_name,text_payload',
    (line, i) => `${stamp(i)},${POD},${cell(line)}`,
  ),
  'gcloud-table': under('TIMESTAMP                    TEXT_PAYLOAD', (line, i) => `${stamp(i)}  ${line}`),
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
  'insights-csv': under('@timestamp,@message,@logStream', (line, i) => `${spaced(i)},${cell(line)},${POD}`),
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
  'datadog-csv': under(
    'Date,Host,Service,Container Name,Pod Name,Message',
    (line, i) => `${iso(i)},ip-192-0-2-1.ec2.internal,istio-proxy,istio-proxy,${POD},${cell(line)}`,
  ),
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
  'splunk-csv': under(
    '"_raw","_time",host,index,linecount,source,sourcetype,"splunk_server","_bkt","_cd"',
    (line, i) =>
      `${cell(line)},"2026-11-21T03:33:07.${String(i % 1000).padStart(3, '0')}+0000","node-1",main,1,"/var/log/containers/${POD}.log","kube:container:istio-proxy","idx-1","main~12~0123456789","12:${i}"`,
  ),
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
  'azure-csv': under(
    '"TimeGenerated [UTC]",PodName,LogMessage',
    (line, i) => `"11/21/2026, 3:33:07.${String(i % 1000).padStart(3, '0')} AM",${POD},${cell(line)}`,
  ),
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
  'graylog-csv': under('"timestamp","source","message"', (line, i) =>
    [iso(i), 'node-1', line].map(cell).join(','),
  ),
};

export const QUERY_PAGES = { ...DOCUMENTS };
