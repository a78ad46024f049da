import { describe, expect, test } from 'vitest';
import { isProxyLogLine } from '../../src/ingest/proxy-log-line.ts';

const PROXY_LINES = [
  // Istio's layout, with the tabs of a container log and the blanks of a copy.
  '2026-11-21T03:06:59.596123Z\tinfo\tEnvoy proxy is ready',
  '2026-11-21T03:06:59.596123Z\twarning\tenvoy config\texternal/envoy/source/common/config/grpc_stream.h:195\tStreamAggregatedResources gRPC config stream closed: 13,\tthread=21',
  '2022-08-17T14:15:58.146322Z     info    Pilot SAN: [istiod.istio-system.svc]',
  '2026-11-21T03:06:59.596123Z\tcritical\tenvoy backtrace\tCaught Segmentation fault, suspect faulting address 0x0',
  '2026-11-21T03:06:59Z error accessing the workload API failed',
  '2026-11-21T03:06:59.596123Z  INFO ztunnel: version: 1.30',
  '2026-11-21T03:06:59.596123Z\tinfo\tproxy\tlistener established',
  '2026-11-21T03:06:59.596123Z\tinfo',
  // Envoy's own layout, today's, an old one without a component, and behind the old agent's prefix.
  '[2026-11-21 03:06:59.596][21841][warning][misc] [source/common/protobuf/utility.cc:1] Using deprecated option',
  '[2026-11-21 03:06:59.596][1][critical][backtrace] [./source/server/backtrace.h:127] Caught Aborted',
  '[2017-10-23 06:33:32.723][28][critical] Backtrace (most recent call first) from thread 28:',
  '[Envoy (Epoch 0)] [2021-07-10 10:20:59.733][27][critical][backtrace] [a.h:83] Caught Segmentation fault',
  '[critical][assert] assert failure: fd_ != -1',
  '      [2026-11-21 03:06:59.596][1][info][main] exiting',
  // JSON of Istio's agent, of Envoy below it, of ztunnel and of zap.
  '{"level":"info","time":"2026-11-21T03:06:59.596Z","scope":"sds","msg":"pushed \\"root\\" cert"}',
  '{"level":"warning","time":"2026-11-21T03:06:59.596Z","scope":"envoy config","msg":"gRPC config stream closed","caller":"x.h:1","thread":"21"}',
  '{"level":"info","time":"2026-11-21T03:06:59.596Z","msg":"the text \\"response_code\\":503 stands in a message"}',
  '{"level":"info","time":"2026-11-21T03:06:59.596Z","scope":"ztunnel","message":"listening"}',
  '{ "level": "error", "ts": 1784600000.5, "logger": "xds", "msg": "failed" }',
  // klog, absl, backtraces and crashes.
  'I0102 15:04:05.000000       1 file.go:10] Starting',
  'E0000 00:00:1712345678.123456      12 init.cc:232] grpc_wait_for_shutdown_with_timeout() timed out.',
  '#0: __restore_rt [0x7f6b4dfe7390]',
  '  #12 Envoy::Network::ConnectionImpl::readDisable(bool) at connection_impl.cc:262',
  'panic: runtime error: invalid memory address',
  'goroutine 1 [running]:',
  '[signal SIGSEGV: segmentation violation code=0x1]',
  '[libprotobuf INFO src/istio/mixerclient/check_cache.cc:155] Add a new Referenced',
  "thread 'main' panicked at src/main.rs:1",
  // ztunnel at its debug level: no connection has ended yet.
  '2024-04-12T10:17:44.080629Z\tdebug\taccess\tconnection opened\tsrc.addr=10.244.0.16:52008',
];

const OTHER_LINES = [
  '',
  '   ',
  '[',
  '{',
  '#',
  '#1',
  '# a comment',
  '[2026-11-21T03:06:59.596Z] "GET /reviews/1 HTTP/1.1" 503 UF upstream_reset - "-" 0 91 4 - "-" "curl" "id" "a" "-" x',
  '[2026-11-21T03:06:59.596Z] "GET /[info][misc] HTTP/1.1" 200',
  // START_TIME in a format of one's own, with a blank.
  '[2026-11-21 03:06:59.596] "GET / HTTP/1.1" 200',
  '[2026-11-21 03:06:59][info] "GET / HTTP/1.1" 200',
  '[2026-11-21 03:06:59.596][21841',
  '[2026-11-21 03:06:59.596][21841][GET][/] 200',
  '[info] "GET / HTTP/1.1" 200',
  '[info][access] "GET / HTTP/1.1" 200',
  '[Envoy (Epoch 0)] [2026-11-21T03:06:59.596Z] "GET / HTTP/1.1" 200',
  '[Envoy (Epoch 0',
  '[05/12/2019T16:14:53+0000 1575562493] method=POST',
  'ACCESS [2024-04-25T17:51:55.294Z] "GET /backend/ HTTP/1.1" 200 - 0 141 0 0',
  '"GET /productpage HTTP/1.1" 503 UH no_healthy_upstream',
  // Wrappers and other timed lines.
  '2026-11-21T03:06:59.596123456Z [2026-11-21T03:06:59.596Z] "GET / HTTP/1.1" 200',
  '2026-11-21T03:06:59.596123456Z stdout F [2026-11-21T03:06:59.596Z] "GET / HTTP/1.1" 200',
  '2026-11-21T03:06:59.596123456Z information about something',
  '2026-11-21 03:06:59 info text',
  '2026-11-21T',
  '2026/11/21T03:06:59Z info text',
  // ztunnel's access lines.
  '2024-04-12T10:17:44.080629Z\tinfo\taccess\tconnection complete\tsrc.addr=10.244.0.16:52008',
  '2024-10-29T17:39:45.936188Z error access connection complete src.addr=192.168.14.52:36166',
  '2024-10-29T17:39:45.936188Z  INFO access: connection complete src.addr=192.168.14.52:36166',
  '2024-10-29T17:39:45.936188Z\twarn\taccess',
  '{"level":"info","time":"2026-08-10T08:19:58.950669Z","scope":"access","message":"connection complete","src.addr":"10.244.0.6:57866"}',
  // JSON access lines, Mixer's among them, and wrappers.
  '{"authority":"reviews:9080","level":"info","time":"2026-11-21T03:06:59.596Z","msg":"x","response_code":200}',
  '{"level":"info","time":"2026-11-21T03:06:59.596Z","msg":"access","response_code":503,"response_flags":"UF"}',
  '{"level":"info","time":"2018-09-15T20:46:36.009801Z","instance":"accesslog.logentry.istio-system","responseCode":200}',
  '{"level":"info","time":"2026-11-21T03:06:59.596Z"}',
  '{"level":"info","method":"GET","path":"/"}',
  '{"level":"in',
  '{"message":"ACCESS [2019-04-10T03:49:34.451Z]","stream":"stdout","time":"2019-02-12T18:37:43Z"}',
  'I0102 15:04:05.000000',
  'I0102 15:04:05.000000       1',
  'I0102 15-04-05.000000       1 file.go:10] Starting',
  'Item1 15:04:05.000000       1 file.go:10] Starting',
];

/** The line between bytes that would change the answer if they were looked at. */
function judge(line: string, before: string, behind: string): boolean {
  const bytes = Buffer.from(`${before}${line}${behind}`);
  const start = Buffer.byteLength(before);
  return isProxyLogLine(bytes, start, start + Buffer.byteLength(line));
}

describe('isProxyLogLine', () => {
  test.for(PROXY_LINES)('claims %j', (line) => {
    expect(judge(line, '', '')).toBe(true);
    expect(judge(line, '[1]\n', '\n')).toBe(true);
  });

  test.for(OTHER_LINES)('leaves %j', (line) => {
    expect(judge(line, '', '')).toBe(false);
    expect(judge(line, '{"level":', '\n')).toBe(false);
  });

  test.for(['[', ']', '[info][main] ', ': ', '1 file.go:1] ', 'T', '"access"', '\taccess\t'])(
    'does not look at %j behind the line',
    (behind) => {
      for (const line of [...PROXY_LINES, ...OTHER_LINES]) {
        for (let length = 0; length < line.length; length++) {
          const head = line.slice(0, length);
          expect(judge(head, '', behind), head).toBe(judge(head, '', ''));
        }
      }
    },
  );
});
