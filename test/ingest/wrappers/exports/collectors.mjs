// What collectors ship, a line for a line.
import {
  byLine,
  each,
  isJson,
  iso,
  json,
  nanos,
  POD,
  parsed,
  START,
  spaced,
  stamp,
  text,
} from '../wrapping.mjs';

/** @type {Record<string, import('../wrapping.mjs').LineWrapping>} */
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
  'kafka-key': (line, i) => `${POD}\t${json({ '@timestamp': iso(i), log: line })}`,
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
  'alloy-otlp': (line, i) =>
    json({
      body: line,
      traceid: '',
      attributes: { 'k8s.pod.name': POD },
      resources: { 'k8s.namespace.name': 'bookinfo' },
      timestamp: nanos(i),
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
  'azure-ndjson': (line, i) =>
    json({
      time: iso(i),
      category: 'kube-audit',
      properties: { log: `${line}\n`, stream: 'stdout', pod: POD },
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
  'loki-canary-tail': (line, i) =>
    `${iso(i).slice(0, 19)}+01:00 {app="reviews", container="istio-proxy", filename="/var/log/pods/bookinfo_${POD}/istio-proxy/0.log", pod="${POD}"}  ${line}`,
};

/** @type {Record<string, import('../wrapping.mjs').Wrapping>} */
const DOCUMENTS = {
  victorialogs: each((line, i) =>
    json({ _time: iso(i), _stream_id: '0', _stream: `{pod="${POD}",namespace="a"}`, _msg: line }),
  ),
  humio: each((line, i) => json({ '@timestamp': START + i, '@rawstring': line, '#repo': 'k8s' })),
  'papertrail-tsv': (lines) =>
    text(
      lines.map(
        (line, i) =>
          `${7000000 + i}\t${iso(i).slice(0, 19)}\t${iso(i).slice(0, 19)}\t12345\tnode-1\t192.0.2.1\tUser\tNotice\tistio-proxy\t${line}`,
      ),
    ),
};

export const COLLECTORS = { ...byLine(LINES), ...DOCUMENTS };
