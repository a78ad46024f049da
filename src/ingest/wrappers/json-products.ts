import { jsonWrapper } from './json-text.ts';
import type { Wrapper } from './wrapper.ts';

const POD = 'reviews-v1-545db77b95-2ps7q';

/** Products that put each line into a JSON object of their own, the more special before the more general. */
export const jsonProducts: readonly Wrapper[] = [
  jsonWrapper(
    {
      id: 'stern-json',
      title: 'stern -o json',
      samples: [
        {
          wrapped: `{"message":"\\"LINE\\"","nodeName":"n","namespace":"a","podName":"${POD}","containerName":"istio-proxy"}`,
          inside: '"LINE"',
          source: POD,
        },
      ],
    },
    { text: ['message'], marks: ['podName'], source: ['podName'] },
  ),
  jsonWrapper(
    {
      id: 'kubernetes-json',
      title: 'Fluent Bit, Fluentd, Vector, Filebeat with Kubernetes metadata',
      samples: [
        {
          wrapped: `{"time":"2026-11-21T03:33:07.2Z","stream":"stdout","_p":"F","log":"LINE\\n","kubernetes":{"pod_name":"${POD}","labels":{"app":"x"}}}`,
          inside: 'LINE',
          source: POD,
          stamp: '2026-11-21T03:33:07.2Z',
        },
        {
          wrapped: `{"file":"/var/log/pods/x","kubernetes":{"pod_name":"${POD}"},"message":"{\\"LINE\\":1}","timestamp":"2026-11-21T03:33:07Z"}`,
          inside: '{"LINE":1}',
          source: POD,
          stamp: '2026-11-21T03:33:07Z',
        },
        {
          wrapped: `{"@timestamp":"2026-11-21T03:33:07Z","message":"LINE","kubernetes":{"pod":{"name":"${POD}"}}}`,
          inside: 'LINE',
          source: POD,
        },
      ],
    },
    {
      text: ['log', 'message', 'msg', 'log_processed'],
      marks: ['kubernetes'],
      source: ['kubernetes.pod_name', 'kubernetes.pod.name', 'kubernetes.host'],
      stamp: ['time', 'timestamp', '@timestamp'],
    },
  ),
  jsonWrapper(
    {
      id: 'journald-json',
      title: 'journalctl -o json',
      samples: [
        {
          wrapped:
            '{"__REALTIME_TIMESTAMP":"1795231987287209","_HOSTNAME":"node-1","MESSAGE":"LINE","_PID":"7"}',
          inside: 'LINE',
          source: 'node-1',
          stamp: '1795231987287209',
        },
      ],
    },
    { text: ['MESSAGE'], marks: [], source: ['_HOSTNAME'], stamp: ['__REALTIME_TIMESTAMP'] },
  ),
  jsonWrapper(
    {
      id: 'loki-json',
      title: 'Loki: logcli -o jsonl, Grafana export',
      samples: [
        {
          wrapped: `{"labels":{"app":"x","pod":"${POD}"},"line":"LINE","timestamp":"2026-11-21T03:33:07.287209278Z"}`,
          inside: 'LINE',
          source: POD,
          stamp: '2026-11-21T03:33:07.287209278Z',
        },
        {
          wrapped: `{"line":"LINE","timestamp":"1795231987287209278","date":"2026-11-21T03:33:07.287Z","fields":{"pod":"${POD}"}}`,
          inside: 'LINE',
          source: POD,
        },
      ],
    },
    {
      text: ['line', 'Line'],
      marks: [],
      source: ['labels.pod', 'fields.pod', 'labels.instance'],
      stamp: ['timestamp'],
    },
  ),
  jsonWrapper(
    {
      id: 'elasticsearch',
      title: 'Elasticsearch, OpenSearch: hits of a search',
      samples: [
        {
          wrapped: '{"_index":"logs-1","_id":"a","_source":{"message":"LINE"}}',
          inside: '{"message":"LINE"}',
        },
        {
          wrapped: '{"_index":"logs-1","_id":"a","fields":{"message":["LINE"]}}',
          inside: '{"message":["LINE"]}',
        },
      ],
    },
    { text: ['_source', 'fields'], marks: ['_index'] },
  ),
  jsonWrapper(
    {
      id: 'google-cloud-logging',
      title: 'Google Cloud Logging: LogEntry',
      samples: [
        {
          wrapped: `{"insertId":"x","resource":{"type":"k8s_container","labels":{"pod_name":"${POD}"}},"textPayload":"LINE\\n","timestamp":"2026-11-21T03:33:07.2Z"}`,
          inside: 'LINE',
          source: POD,
          stamp: '2026-11-21T03:33:07.2Z',
        },
        { wrapped: '{"jsonPayload":{"LINE":1},"logName":"x"}', inside: '{"LINE":1}' },
      ],
    },
    {
      text: ['textPayload', 'jsonPayload'],
      marks: [],
      source: ['resource.labels.pod_name'],
      stamp: ['timestamp', 'receiveTimestamp'],
    },
  ),
  jsonWrapper(
    {
      id: 'cloudwatch',
      title: 'CloudWatch: events of filter-log-events, get-log-events, subscriptions',
      samples: [
        {
          wrapped: `{"logStreamName":"${POD}","timestamp":1795231987287,"message":"LINE","ingestionTime":1795231989000,"eventId":"3"}`,
          inside: 'LINE',
          source: POD,
          stamp: '1795231987287',
        },
        { wrapped: '{"id":"3","timestamp":1795231987287,"message":"LINE"}', inside: 'LINE' },
      ],
    },
    { text: ['message'], marks: ['timestamp'], source: ['logStreamName'], stamp: ['timestamp'] },
  ),
  jsonWrapper(
    {
      id: 'splunk',
      title: 'Splunk: exported results, HTTP event collector',
      samples: [
        {
          wrapped: '{"preview":false,"result":{"_raw":"LINE","_time":"2026-11-21T03:33:07.287+00:00"}}',
          inside: '{"_raw":"LINE","_time":"2026-11-21T03:33:07.287+00:00"}',
        },
        { wrapped: '{"_raw":"LINE","host":"node-1"}', inside: 'LINE', source: 'node-1' },
        { wrapped: '{"time":1795231987.287,"host":"node-1","event":"LINE"}', inside: 'LINE' },
      ],
    },
    { text: ['_raw', 'result', 'event'], marks: [], source: ['pod', 'host'], stamp: ['_time', 'time'] },
  ),
  jsonWrapper(
    {
      id: 'datadog',
      title: 'Datadog: exported logs',
      samples: [
        {
          wrapped: '{"id":"A","type":"log","attributes":{"message":"LINE","host":"node-1"}}',
          inside: '{"message":"LINE","host":"node-1"}',
        },
        { wrapped: '{"id":"A","content":{"message":"LINE"}}', inside: '{"message":"LINE"}' },
      ],
    },
    { text: ['attributes', 'content'], marks: ['id'] },
  ),
];

/** What many programs do who put lines into JSON. */
export const jsonMessage: Wrapper = jsonWrapper(
  {
    id: 'json-message',
    title: 'JSON with the line in `message`, `log`, `msg`, `body` or the like',
    samples: [
      { wrapped: '{"level":"info","message":"LINE"}', inside: 'LINE' },
      { wrapped: '{"severityText":"","body":{"stringValue":"LINE"}}', inside: '{"stringValue":"LINE"}' },
      { wrapped: '{"stringValue":"LINE"}', inside: 'LINE' },
      { wrapped: '{"TimeGenerated":"x","LogMessage":{"LINE":1}}', inside: '{"LINE":1}' },
    ],
  },
  {
    text: [
      ...['message', 'msg', 'log', '@message', 'body', 'stringValue', 'text', 'content', 'raw', 'payload'],
      ...['log_line', 'LogMessage', 'LogEntry', 'original', 'record', 'data', 'value', 'entry', 'attributes'],
    ],
    marks: [],
    source: ['pod', 'pod_name', 'PodName', 'hostname', 'host'],
    stamp: ['@timestamp', 'timestamp', 'time', 'ts', 'TimeGenerated'],
  },
);
