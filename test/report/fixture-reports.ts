import type { LineCounts } from '../../src/model/aggregate.ts';
import { NO_LINES } from '../../src/model/line-counts.ts';
import { type Report, type ReportFinding, SCHEMA_VERSION } from '../../src/model/report.ts';
import { CONNECTION_REFUSED, FAILED, KEEPALIVE_RACE, NO_ROUTE } from './fixture-findings.ts';
import { withFinding, withParts } from './fixture-parts.ts';

const READ_LINES: LineCounts = {
  ...NO_LINES,
  read: 4712,
  records: 4700,
  blank: 2,
  proxyLog: 7,
  unrecognised: 1,
  failed: 2,
  partial: 1,
};

const QUIET_LINES: LineCounts = { ...NO_LINES, read: 4700, records: 4700 };

const HEALTHY: Report = {
  schemaVersion: SCHEMA_VERSION,
  tool: { name: 'faultline', version: '1.0.0' },
  inputs: [
    {
      path: 'access.log',
      format: 'istio-text',
      reporter: 'outbound',
      era: 'Envoy ≥ 1.31',
      bytes: 1_234_567,
      lines: QUIET_LINES,
    },
  ],
  lines: QUIET_LINES,
  window: { from: '2026-11-21T03:27:29.465Z', to: '2026-11-21T03:41:43.487Z' },
  requests: { total: 4700, failed: 0, byResponseCode: { '200': 4700 }, byResponseFlag: { '-': 4700 } },
  findings: [],
  unexplained: { requests: 0, share: 0, groups: [] },
  failures: [],
  traffic: [],
  rejected: [],
  blindSpots: [],
  notes: [],
  redaction: null,
  comparison: null,
};

/** A log in which nothing failed. */
export function healthyReport(): Report {
  return HEALTHY;
}

/** A log in which only the application answered with errors, and one caller gave up. */
export function benignReport(): Report {
  const benign = withFinding(KEEPALIVE_RACE, {
    diagnosis: {
      id: 'client-disconnected',
      title: 'The client gave up before the response',
      family: 'stream',
      doc: 'diagnoses/stream/client-disconnected.md',
    },
    cause: 'The caller closed its connection while the upstream was still working.',
    status: 'benign',
    requests: 1,
    share: 1,
    responseFlags: ['DC'],
    responseCodes: [0],
  });
  return withParts(HEALTHY, {
    requests: {
      total: 4700,
      failed: 1,
      byResponseCode: { '0': 1, '200': 4699 },
      byResponseFlag: { DC: 1, '-': 4699 },
    },
    findings: [benign],
    failures: [
      {
        responseCode: 0,
        responseFlags: ['DC'],
        scope: 'outbound|9080||details.default.svc.cluster.local',
        requests: 1,
      },
    ],
  });
}

/** One cause explains every failure. */
export function oneFindingReport(): Report {
  const finding = withFinding(CONNECTION_REFUSED, { share: 1 });
  return withParts(HEALTHY, {
    requests: {
      total: 4700,
      failed: 57,
      byResponseCode: { '200': 4643, '503': 57 },
      byResponseFlag: { UF: 57, URX: 57, '-': 4643 },
    },
    findings: [finding],
    failures: [
      {
        responseCode: 503,
        responseFlags: ['UF', 'URX'],
        scope: 'outbound|9080||ratings.default.svc.cluster.local',
        requests: 57,
      },
    ],
  });
}

/** A report whose only findings are those given. */
export function reportOf(...parts: readonly Partial<ReportFinding>[]): Report {
  return withParts(oneFindingReport(), {
    findings: parts.map((part) => withFinding(CONNECTION_REFUSED, part)),
  });
}

/** Three causes, a benign one, a suppressed one, failures without a cause, lines that were not understood. */
export function threeFindingsReport(): Report {
  const [benign] = benignReport().findings;
  return withParts(HEALTHY, {
    inputs: [
      ...HEALTHY.inputs,
      { path: '-', format: 'istio-json', reporter: 'gateway', era: null, bytes: 812, lines: NO_LINES },
    ],
    lines: READ_LINES,
    requests: {
      total: 4700,
      failed: FAILED,
      byResponseCode: { '0': 12, '200': 4512, '404': 95, '502': 9, '503': 72 },
      byResponseFlag: { DC: 12, NR: 95, UC: 15, UF: 57, URX: 57, UPE: 9, '-': 4512 },
    },
    findings: [
      CONNECTION_REFUSED,
      NO_ROUTE,
      KEEPALIVE_RACE,
      ...(benign === undefined ? [] : [withFinding(benign, { requests: 12, share: 12 / FAILED })]),
      withFinding(KEEPALIVE_RACE, { requests: 4, share: 4 / FAILED, suppressed: true }),
    ],
    unexplained: {
      requests: 9,
      share: 9 / FAILED,
      groups: [
        {
          responseFlags: ['UPE'],
          responseCode: 502,
          responseCodeDetails: 'upstream_reset_before_response_started{protocol_error}',
          upstreamCluster: 'outbound|7000||legacy.shop.svc.cluster.local',
          requests: 9,
          sample: {
            input: 'access.log',
            line: 2210,
            text: '[2026-11-21T03:33:10.101Z] "POST /orders HTTP/1.1" 502 UPE upstream_reset_before_response_started{protocol_error} - "-" 120 87 4 - "-" "okhttp/4.12" "…" "legacy:7000" "10.244.3.77:7000" outbound|7000||legacy.shop.svc.cluster.local',
          },
        },
      ],
    },
    failures: [
      { responseCode: 404, responseFlags: ['NR'], scope: 'old.bookinfo.example.com', requests: 95 },
      {
        responseCode: 503,
        responseFlags: ['UF', 'URX'],
        scope: 'outbound|9080||ratings.default.svc.cluster.local',
        requests: 57,
      },
      {
        responseCode: 503,
        responseFlags: ['UC'],
        scope: 'outbound|9080||details.default.svc.cluster.local',
        requests: 15,
      },
      {
        responseCode: 0,
        responseFlags: ['DC'],
        scope: 'outbound|9080||details.default.svc.cluster.local',
        requests: 12,
      },
      {
        responseCode: 502,
        responseFlags: ['UPE'],
        scope: 'outbound|7000||legacy.shop.svc.cluster.local',
        requests: 9,
      },
    ],
    rejected: [
      {
        input: 'access.log',
        line: 17,
        reason: 'FIELD_COUNT',
        text: '[2026-11-21T03:27:31.002Z] "GET /ratings/4 HTTP/1.1" 200 - via',
      },
      {
        input: 'access.log',
        line: 88,
        reason: 'UNRECOGNISED',
        text: 'Defaulted container "istio-proxy" out of: istio-proxy, app',
      },
    ],
    blindSpots: [
      {
        missing: 'UPSTREAM_CLUSTER',
        diagnoses: ['no-route-for-path', 'no-healthy-endpoints'],
        remedy: 'Set accessLogFormat in the MeshConfig to the default of Istio 1.9 or later.',
        yaml: 'accessLogFormat: ""',
      },
      {
        missing: 'RESPONSE_CODE_DETAILS',
        diagnoses: ['connection-refused', 'connect-timeout', 'keepalive-race', 'no-route-for-path'],
        remedy: 'Set accessLogFormat in the MeshConfig to the default of Istio 1.9 or later.',
        yaml: 'accessLogFormat: ""',
      },
      {
        missing: 'healthy records',
        diagnoses: ['keepalive-race'],
        remedy: 'Give the whole log, not only the lines with errors.',
      },
    ],
    notes: ['The line access.log:410 stands in the log twice.'],
  });
}

/** Thirty causes in as many places. */
export function thirtyFindingsReport(): Report {
  const findings = Array.from({ length: 30 }, (_, index) =>
    withFinding(CONNECTION_REFUSED, {
      diagnosis: {
        id: `cause-${String(index + 1).padStart(2, '0')}`,
        title: `Cause number ${index + 1}`,
        family: 'connection',
        doc: `diagnoses/connection/cause-${index + 1}.md`,
      },
      requests: 60 - 2 * index,
      share: (60 - 2 * index) / 930,
      confidence: 0.95 - index * 0.02,
      status: index < 13 ? 'likely' : 'possible',
    }),
  );
  const base = oneFindingReport();
  return withParts(base, {
    requests: { ...base.requests, failed: 930, byResponseCode: { '200': 3770, '503': 930 } },
    findings,
    failures: findings.map(({ requests }, index) => ({
      responseCode: 503,
      responseFlags: ['UF'],
      scope: `outbound|9080||service-${index + 1}.default.svc.cluster.local`,
      requests,
    })),
  });
}

/** Failures, and no diagnosis for any of them. */
export function unexplainedReport(): Report {
  const { unexplained, failures } = threeFindingsReport();
  return withParts(HEALTHY, {
    requests: {
      total: 4700,
      failed: 9,
      byResponseCode: { '200': 4691, '502': 9 },
      byResponseFlag: { UPE: 9, '-': 4691 },
    },
    unexplained: { ...unexplained, share: 1 },
    failures: failures.filter((row) => row.responseCode === 502),
  });
}
