import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { at, type Event, render, TCP } from '../aggregate/log-lines.ts';
import { analyseText } from '../support/analyse.ts';

const HOST = 'api.weather.example.com';
const OLD = '192.0.2.15:443';
const NEW = '192.0.2.77:443';

const OUTSIDE: Event = {
  authority: HOST,
  upstreamCluster: `outbound|443||${HOST}`,
  downstreamLocalAddress: '240.240.0.7:443',
};
const REFUSED: Event = {
  responseCode: '503',
  responseFlags: 'UF',
  responseCodeDetails:
    'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
  upstreamTransportFailureReason: 'delayed_connect_error:_Connection_refused',
  bytesSent: '98',
  duration: '0',
  upstreamServiceTime: null,
  upstreamLocalAddress: null,
  upstreamHost: OLD,
};
/** The same of a connection, which has no code and no details. */
const REFUSED_TCP: Event = { ...REFUSED, ...TCP, bytesSent: '0' };

/** Lines a second apart, from a moment on. */
function lines(count: number, from: number, event: Event): readonly string[] {
  return Array.from({ length: count }, (_, i) => render({ startTime: at(1000 * (from + i)), ...event }));
}

function analyse(...parts: readonly (readonly string[])[]): Promise<Report> {
  return analyseText(`${parts.flat().join('\n')}\n`);
}

/** The two causes of the failures, with how sure they are. */
function causesOf({ findings: [first] }: Report): Readonly<Record<string, number>> {
  return {
    [first?.diagnosis.id ?? '']: first?.confidence ?? 0,
    ...Object.fromEntries(first?.alternatives.map(({ id, confidence }) => [id, confidence]) ?? []),
  };
}

test('an outside address that refuses may be one that its host has left', async () => {
  const passed = {
    ...OUTSIDE,
    ...REFUSED,
    upstreamCluster: 'PassthroughCluster',
    downstreamLocalAddress: OLD,
  };
  const { findings } = await analyse(lines(1, 0, passed));
  expect(findings[0]?.diagnosis.id).toBe('connection-refused');
  const [other] = findings[0]?.alternatives ?? [];
  expect(other).toMatchObject({
    id: 'external-address-changed',
    tellApart: expect.stringContaining('a look-up of it'),
  });
  expect(other?.confidence).toBeGreaterThan(0.005);
});

describe.each([
  ['requests', {}, REFUSED],
  ['connections, which log no authority', TCP, REFUSED_TCP],
] as const)(
  'an outside address that refuses all, while another one of its host answers: %s',
  (_, kind, refused) => {
    const refusing = lines(12, 60, { ...OUTSIDE, ...refused, authority: kind === TCP ? null : HOST });
    const answering = (upstreamHost: string, from: number, more: Event = {}): readonly string[] =>
      lines(12, from, { ...OUTSIDE, ...kind, authority: kind === TCP ? null : HOST, upstreamHost, ...more });

    test('one that answered before is one that the host has left', async () => {
      const causes = causesOf(await analyse(answering(OLD, 0), refusing, answering(NEW, 60)));
      expect(causes['external-address-changed']).toBeGreaterThan(0.8);
    });

    test('one that never answered may be down or out of date', async () => {
      const causes = causesOf(await analyse(refusing, answering(NEW, 60)));
      expect(causes['connection-refused']).toBeLessThan(0.75);
      expect(causes['external-address-changed']).toBeGreaterThan(0.25);
    });

    test('nothing is known of other addresses where other hosts answer', async () => {
      const other = {
        authority: kind === TCP ? null : 'else.example.com',
        upstreamCluster: 'outbound|443||else.example.com',
      };
      const causes = causesOf(await analyse(refusing, answering(NEW, 60, other)));
      expect(causes['connection-refused']).toBeGreaterThan(0.95);
    });
  },
);

test('of connections under a wildcard it is not known which host they are for', async () => {
  const wildcard = { ...OUTSIDE, authority: null, upstreamCluster: 'outbound|443||*.example.com' };
  const refusing = lines(12, 60, { ...wildcard, ...REFUSED_TCP });
  const causes = causesOf(await analyse(refusing, lines(12, 60, { ...wildcard, ...TCP, upstreamHost: NEW })));
  expect(causes['connection-refused']).toBeGreaterThan(0.95);
});

describe('an outside address that goes silent', () => {
  const kept = { ...OUTSIDE, upstreamCluster: 'PassthroughCluster', downstreamLocalAddress: OLD };
  const silent: Event = {
    ...REFUSED,
    responseCodeDetails: 'upstream_reset_before_response_started{connection_timeout}',
    upstreamTransportFailureReason: null,
    bytesSent: '91',
    duration: '10000',
  };
  const answering = (from: number, more: Event): readonly string[] =>
    lines(12, from, { ...kept, upstreamHost: OLD, ...more });
  const elsewhere: Event = { upstreamHost: NEW, downstreamLocalAddress: NEW };

  test('is one that the host has left, where the client kept it and another one answers', async () => {
    const causes = causesOf(
      await analyse(answering(0, {}), lines(12, 60, { ...kept, ...silent }), answering(60, elsewhere)),
    );
    expect(causes['external-address-changed']).toBeGreaterThan(0.6);
    expect(causes['connect-timeout']).toBeGreaterThan(0.2);
  });

  test('is dead or blocked, where the proxy chose it: it would look the name up again', async () => {
    const chosen = { ...OUTSIDE, upstreamHost: OLD };
    const causes = causesOf(
      await analyse(
        lines(12, 0, chosen),
        lines(12, 60, { ...chosen, ...silent }),
        lines(12, 60, { ...chosen, upstreamHost: NEW }),
      ),
    );
    expect(causes['connect-timeout']).toBeGreaterThan(0.6);
    expect(causes['external-address-changed']).toBeGreaterThan(0.2);
  });

  test('is dead, blocked or left, where nothing is known of other addresses', async () => {
    const { findings } = await analyse(answering(0, {}), lines(12, 60, { ...kept, ...silent }));
    expect(findings[0]?.diagnosis.id).toBe('connect-timeout');
    const [other] = findings[0]?.alternatives ?? [];
    expect(other).toMatchObject({
      id: 'external-address-changed',
      tellApart: expect.stringContaining('a look-up of it'),
    });
    expect(other?.confidence).toBeGreaterThan(0.02);
  });
});

test('pods that are refused one after the other, and then no more, were replaced by a rollout', async () => {
  const podAt = (upstreamHost: string, from: number, count: number, event: Event = {}): readonly string[] =>
    lines(count, from, { upstreamHost, ...event });
  const refusedBy = (upstreamHost: string, from: number): readonly string[] =>
    podAt(upstreamHost, from, 3, { ...REFUSED, upstreamHost });
  const report = await analyse(
    podAt('10.244.1.21:9080', 0, 20),
    refusedBy('10.244.1.21:9080', 20),
    podAt('10.244.1.22:9080', 0, 60),
    refusedBy('10.244.1.22:9080', 60),
    podAt('10.244.2.31:9080', 15, 120),
    podAt('10.244.2.32:9080', 55, 80),
  );
  expect(report.findings[0]?.diagnosis.id).toBe('pod-termination');
});

const WORSE: Event = { responseCode: '500', responseCodeDetails: 'via_upstream' };
const NOBODY: Event = {
  responseCode: '503',
  responseFlags: 'UH',
  responseCodeDetails: 'no_healthy_upstream',
  upstreamHost: null,
  upstreamLocalAddress: null,
  upstreamServiceTime: null,
  bytesSent: '19',
  duration: '0',
};

test('endpoints that failed until they were ejected were ejected, though a rollout mended it', async () => {
  const report = await analyse(
    lines(20, 0, {}),
    lines(10, 20, WORSE),
    lines(20, 30, NOBODY),
    lines(20, 50, { upstreamHost: '10.244.1.99:9080' }),
  );
  expect(report.findings.map(({ diagnosis }) => diagnosis.id)).toContain('outlier-ejection');
});

test('what always takes the same time, and not a round one, crashed by itself', async () => {
  const lost: Event = {
    method: 'POST',
    path: '/export',
    upstreamCluster: 'inbound|9080||',
    responseCode: '503',
    responseFlags: 'UC',
    responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
    upstreamServiceTime: null,
    bytesSent: '95',
  };
  const durations = ['15300', '15317', '15334', '15351', '15368', '15385'];
  const report = await analyse(
    lines(60, 0, { upstreamCluster: 'inbound|9080||' }),
    durations.map((duration, i) => render({ ...lost, duration, startTime: at(10_000 * i) })),
  );
  expect(report.findings[0]?.diagnosis.id).toBe('upstream-crash-or-restart');
});

const NO_ROUTE: Event = {
  responseCode: '404',
  responseFlags: 'NR',
  responseCodeDetails: 'route_not_found',
  upstreamHost: null,
  upstreamCluster: null,
  upstreamLocalAddress: null,
  upstreamServiceTime: null,
  bytesSent: '0',
  duration: '0',
  routeName: null,
};

/** Requests to a host without a route: twelve of users, and six of a path that scanners try. */
function missedAndProbed(missed: Event, probe: string): Promise<Report> {
  return analyse(
    lines(20, 0, {}),
    lines(12, 2, { ...NO_ROUTE, ...missed, path: '/cart' }),
    lines(6, 8, { ...NO_ROUTE, ...missed, path: probe }),
  );
}

test('what users ask of a host is missed by them, though scanners ask of it too', async () => {
  const missed = { authority: 'shop.example.com', downstreamLocalAddress: '10.36.10.81:8080' };
  const { findings } = await missedAndProbed(missed, '/.env');
  expect(findings[0]).toMatchObject({ diagnosis: { id: 'no-route-for-authority' }, requests: 12 });
});

test('nobody outside asks for a service by its full name', async () => {
  const missed = {
    authority: 'orders.shop.svc.cluster.local:8080',
    downstreamLocalAddress: '10.96.2.2:8080',
  };
  const { findings } = await missedAndProbed(missed, '/actuator/env');
  expect(findings.map(({ diagnosis }) => diagnosis.id)).toEqual(['no-route-for-authority']);
});
