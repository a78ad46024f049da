import { describe, expect, test } from 'vitest';
import { recogniseForeignLog } from '../../src/ingest/foreign-log.ts';
import { readLog } from '../parsers/read-log.ts';

const ROWS: readonly (readonly [string, string])[] = [
  ['gzip data in base64', 'H4sIAAAAAAAAA+19a29cSZLd59lfUdBnx+2MV2aEgIUB2+21'],
  [
    'an event of CloudWatch Logs with gzip data in base64',
    '{"awslogs": {"data": "H4sIAAAAAAAAA+19a29kR5LdXyn054mrjEdmRjSw"}}',
  ],
  [
    'a mail with its text in base64',
    'Subject: log\nContent-Transfer-Encoding: base64\n\nWzIwMjYtMTEtMjFUMDM6Mjg6MDIuNzg0Wl0=',
  ],
  ['an export in columns (Parquet, ORC, Avro)', 'PAR1\u0015\u0004\u0015'],
  ['a document or data base, not a text', '%PDF-1.7'],
  [
    'binary data (a packet capture, an archive, a program)',
    '\u00d4\u00c3\u0000\u0002\u0000\u0000\u0004\u0000',
  ],
  ['an HTML page', '<!DOCTYPE html>\n<html><head><title>Sign in</title></head>'],
  [
    'a configuration dump of Envoy',
    '{\n "configs": [\n  {\n   "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump"\n  }\n ]\n}',
  ],
  ['a JSON report of faultline', '{"schemaVersion":1,"tool":{"name":"faultline"},"findings":[]}'],
  [
    'events of Kubernetes',
    'LAST SEEN   TYPE      REASON      OBJECT        MESSAGE\n2m          Warning   Unhealthy   pod/shop-1    Readiness probe failed',
  ],
  [
    'a table of kubectl or istioctl',
    'NAME         READY   STATUS    RESTARTS   AGE\nshop-1   2/2     Running   0          3d',
  ],
  ['YAML of resources', 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: shop'],
  [
    'an access log of nginx or Apache httpd',
    '203.0.113.7 - - [21/Nov/2026:03:33:07 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8.5.0"',
  ],
  [
    'a log of HAProxy',
    'Nov 21 03:33:07 lb haproxy[123]: 203.0.113.7:1234 [21/Nov/2026:03:33:07.123] web app/s1 0/0/1/2/3 200 1234 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
  ],
  ['metrics', '# HELP envoy_cluster_upstream_rq_total x\n# TYPE envoy_cluster_upstream_rq_total counter'],
  ['metrics', 'cluster.xds-grpc.upstream_rq_total: 12\nserver.live: 1'],
  [
    'a stack trace of an application',
    'Exception in thread "main" java.lang.NullPointerException\n\tat com.example.Shop.main(Shop.java:7)',
  ],
  ['the log of an application', 'INFO: order 17 placed in 3.2 seconds'],
  ['the log of an application', '{"severity":"INFO","text":"order placed","order":17}'],
  ['a text whose lines end in a carriage return alone', 'first line\rsecond line\rthird line'],
  ['JSON of another kind', '{"order":17,"items":[1,2,3]}'],
];

describe('an input that is no access log', () => {
  test.for(ROWS)('looks like %s', ([what, text]) => {
    const { summary } = readLog(`${text}\n`, { mayBeDocument: true });
    expect(summary.lines.records).toBe(0);
    const found = recogniseForeignLog(summary.rejected.map((row) => row.text));
    expect(found?.what).toBe(what);
    expect(found?.hint).toMatch(/\.$|faultline$/);
  });

  test('looks like nothing known', () => {
    expect(recogniseForeignLog(['hello', 'world'])).toBeNull();
  });
});
