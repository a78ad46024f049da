import type { RecordFormat } from '../src/model/record-format.ts';
import { ZtunnelJsonParser } from './ztunnel-json-parser.ts';
import { ZtunnelParser } from './ztunnel-parser.ts';

/** Connections as ztunnel logs them. */
export const ztunnel: RecordFormat = {
  id: 'ztunnel',
  title: 'ztunnel access log',
  versions: 'Istio ambient mode, ztunnel 1.18 and later',
  era: null,
  parser: new ZtunnelParser(),
  samples: [
    {
      // istio/ztunnel PR 1229.
      line: '2024-07-26T17:18:00.953004Z\terror\taccess\tconnection complete\tsrc.addr=10.244.0.9:58592 src.workload="shell-56bd5dbdbf-gz6cq" src.namespace="default" src.identity="spiffe://cluster.local/ns/default/sa/default" dst.addr=10.244.0.10:15008 dst.hbone_addr=10.244.0.10:80 dst.service="echo.default.svc.cluster.local" dst.workload="echo-66d88ff694-pnk6h" dst.namespace="default" dst.identity="spiffe://cluster.local/ns/default/sa/default" direction="outbound" bytes_sent=0 bytes_recv=0 duration="10002ms" error="connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed"',
      expect: {
        startTime: '2024-07-26T17:18:00.953004Z',
        responseCode: undefined,
        responseFlags: undefined,
        connectionTerminationDetails:
          'connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed',
        duration: '10002',
        authority: '10.244.0.10:80',
        upstreamHost: '10.244.0.10:15008',
        upstreamCluster: 'echo.default.svc.cluster.local',
        downstreamLocalAddress: null,
        downstreamRemoteAddress: '10.244.0.9:58592',
      },
    },
    {
      // kiali/kiali, tests/data/logs/ztunnel.log: the two sides of one connection, first the caller's.
      line: '2024-07-02T13:41:03.203711Z\tinfo\taccess\tconnection complete\tsrc.addr=10.244.0.121:57108 src.workload="insurances-v1-b66754b7b-stszl" src.namespace="travel-agency" src.identity="spiffe://cluster.local/ns/travel-agency/sa/default" dst.addr=10.244.0.117:15008 dst.hbone_addr=10.244.0.117:3306 dst.service="mysqldb.travel-agency.svc.cluster.local" dst.workload="mysqldb-v1-64bc584fdc-bb5vw" dst.namespace="travel-agency" dst.identity="spiffe://cluster.local/ns/travel-agency/sa/default" direction="outbound" bytes_sent=211 bytes_recv=269 duration="1ms"',
      expect: {
        bytesReceived: '211',
        bytesSent: '269',
        duration: '1',
        connectionTerminationDetails: null,
        upstreamHost: '10.244.0.117:15008',
      },
    },
    {
      line: '2024-07-02T13:41:03.203549Z\tinfo\taccess\tconnection complete\tsrc.addr=10.244.0.121:57443 src.workload="insurances-v1-b66754b7b-stszl" src.namespace="travel-agency" src.identity="spiffe://cluster.local/ns/travel-agency/sa/default" dst.addr=10.244.0.117:3306 dst.hbone_addr=10.244.0.117:3306 dst.service="mysqldb.travel-agency.svc.cluster.local" dst.workload="mysqldb-v1-64bc584fdc-bb5vw" dst.namespace="travel-agency" dst.identity="spiffe://cluster.local/ns/travel-agency/sa/default" direction="inbound" bytes_sent=269 bytes_recv=211 duration="1ms"',
      expect: {
        bytesReceived: '211',
        bytesSent: '269',
        upstreamHost: '10.244.0.117:3306',
        downstreamLocalAddress: '10.244.0.117:3306',
        upstreamTransportFailureReason: null,
      },
    },
    {
      // kiali/kiali, the same file: older versions quote some values, and leave out what they do not know.
      line: '2024-04-12T14:25:33.986169Z\tinfo\taccess\tconnection complete\tsrc.addr=10.244.0.4:52330 src.workload=istio-ingressgateway-cbdcbb75c-hhcwn src.namespace=istio-system dst.addr=10.244.0.16:9080 dst.hbone_addr="10.244.0.16:9080" dst.service=productpage.bookinfo.svc.cluster.local dst.workload=productpage-v1-87d54dd59-p4c4f dst.namespace="productpage" direction="inbound" bytes_sent=5479 bytes_recv=1551 duration="12ms"',
      expect: {
        authority: '10.244.0.16:9080',
        upstreamCluster: 'productpage.bookinfo.svc.cluster.local',
        bytesSent: '5479',
        duration: '12',
      },
    },
    {
      // istio/istio#53696, with its tabs turned into blanks and the elided names filled in.
      line: '2024-10-29T17:39:45.936188Z error access connection complete src.addr=192.168.14.52:36166 src.workload="cloudflared-5d4c" dst.addr=192.168.14.60:8080 direction="outbound" bytes_sent=0 bytes_recv=0 duration="3ms" error="io error: Connection refused (os error 111)"',
      expect: {
        upstreamHost: '192.168.14.60:8080',
        upstreamCluster: null,
        authority: null,
        upstreamTransportFailureReason: 'io error: Connection refused (os error 111)',
      },
    },
    {
      // Composed: what ztunnel prints when it refuses a connection before it knows more.
      line: '2026-03-02T08:00:00.000001Z\twarn\taccess\tconnection failed\tsrc.addr=10.244.1.7:41022 dst.addr=10.244.2.9:15008 direction="inbound" error="connection closed due to policy rejection: explicitly denied by: shop/deny-all"',
      expect: {
        bytesSent: null,
        duration: null,
        connectionTerminationDetails:
          'connection closed due to policy rejection: explicitly denied by: shop/deny-all',
      },
    },
  ],
};

/** The same in JSON. */
export const ztunnelJson: RecordFormat = {
  id: 'ztunnel-json',
  title: 'ztunnel access log in JSON',
  versions: 'Istio ambient mode, ztunnel with LOG_FORMAT=json',
  era: null,
  parser: new ZtunnelJsonParser(),
  samples: [
    {
      // Composed after istio/ztunnel, src/telemetry.rs.
      line: '{"level":"error","time":"2026-08-10T08:19:58.950669Z","scope":"access","message":"connection complete","src.addr":"10.244.0.6:57866","src.workload":"shell-56bd5dbdbf-gz6cq","dst.addr":"10.244.0.10:15008","dst.hbone_addr":"10.244.0.10:80","dst.service":"echo.default.svc.cluster.local","direction":"outbound","bytes_sent":84,"bytes_recv":0,"duration":"3ms","error":"io error: Connection refused (os error 111)"}',
      expect: {
        startTime: '2026-08-10T08:19:58.950669Z',
        connectionTerminationDetails: 'io error: Connection refused (os error 111)',
        bytesReceived: '84',
        bytesSent: '0',
        duration: '3',
        upstreamHost: '10.244.0.10:15008',
        upstreamCluster: 'echo.default.svc.cluster.local',
        downstreamRemoteAddress: '10.244.0.6:57866',
      },
    },
  ],
};
