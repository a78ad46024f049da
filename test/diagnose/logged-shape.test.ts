import { describe, expect, test } from 'vitest';
import { authorityKind, isIp, isPublicIp, parseAddress } from '../../src/diagnose/address.ts';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import { joinReporters, reporterOf } from '../../src/diagnose/reporter.ts';
import type { Shape } from '../../src/model/shape.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

function view(shape: Partial<Shape>): ShapeView {
  return toShapeView({ ...EMPTY_SHAPE, ...shape });
}

describe('a view of a shape', () => {
  test('knows nothing where nothing is logged', () => {
    const { responseFlags, layer, ...others } = view({});
    expect([responseFlags, layer]).toEqual([[], 'tcp']);
    expect(Object.entries(others).filter(([, value]) => value !== undefined)).toEqual([]);
  });

  test('has every property also when the shape lost some by being written as JSON', () => {
    const travelled: Shape = JSON.parse(JSON.stringify({ ...EMPTY_SHAPE, responseCode: 503 }));
    expect(Object.keys(toShapeView(travelled)).sort()).toEqual(Object.keys(view({})).sort());
  });

  test.for([
    ['method', { method: 'GET' }, 'http'],
    ['protocol', { protocol: 'HTTP/1.1' }, 'http'],
    ['code', { responseCode: 400 }, 'http'],
    ['none of them', { responseCode: 0, method: null, protocol: null }, 'tcp'],
  ] as const)('is a request when it has a %s', ([, shape, layer]) => {
    expect(view(shape).layer).toBe(layer);
  });

  test.for([
    ['via_upstream', 'via_upstream', null],
    [
      'upstream_reset_before_response_started{connection_termination}',
      'upstream_reset_before_response_started',
      'connection_termination',
    ],
    [
      'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111}',
      'upstream_reset_before_response_started',
      'remote_connection_failure',
    ],
    ['rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]', 'rbac_access_denied_matched_policy', null],
    ['downstream_local_disconnect(closed_by_x)', 'downstream_local_disconnect', null],
    ['', '', null],
  ] as const)('takes the details %s apart', ([responseCodeDetails, detailsName, resetReason]) => {
    expect(view({ responseCodeDetails })).toMatchObject({ detailsName, resetReason });
  });

  test.for([
    ['the reason', { upstreamTransportFailureReason: 'delayed_connect_error:_111' }, 'refused'],
    ['a reason of unknown wording', { upstreamTransportFailureReason: 'frobnicated' }, 'other'],
    [
      'the details where the reason was not logged',
      { responseCodeDetails: 'x{y|socket_creation_failure}' },
      'noSocket',
    ],
    [
      'the details where the reason is absent',
      { upstreamTransportFailureReason: null, responseCodeDetails: 'x{connection_timeout}' },
      'timedOut',
    ],
    ['details that say nothing', { responseCodeDetails: 'via_upstream' }, null],
    // Formats that omit empty values.
    ['an empty reason', { upstreamTransportFailureReason: '', responseCodeDetails: 'via_upstream' }, null],
    ['neither', {}, undefined],
  ] as const)('takes the transport failure from %s', ([, shape, failure]) => {
    expect(view(shape).transportFailure).toBe(failure);
  });
});

describe('the cluster of a shape', () => {
  test.for([
    [
      'outbound|9080|v1|reviews.default.svc.cluster.local',
      'outbound',
      'reviews.default.svc.cluster.local',
      '9080',
      false,
    ],
    ['outbound|443||api.example.com', 'outbound', 'api.example.com', '443', true],
    ['outbound|80||reviews', 'outbound', 'reviews', '80', false],
    [
      'outbound|9080||reviews.default.svc.cluster.local;',
      'outbound',
      'reviews.default.svc.cluster.local',
      '9080',
      false,
    ],
    ['inbound|9080||', 'inbound', null, '9080', null],
    [
      'inbound|9080|http|reviews.default.svc.cluster.local',
      'inbound',
      'reviews.default.svc.cluster.local',
      '9080',
      false,
    ],
    [
      'inbound-vip|9080|http|reviews.default.svc.cluster.local',
      'inboundVip',
      'reviews.default.svc.cluster.local',
      '9080',
      false,
    ],
    ['BlackHoleCluster', 'blackHole', null, null, null],
    ['InboundPassthroughClusterIpv4', 'inboundPassthrough', null, null, null],
    ['InboundPassthroughClusterIpv6', 'inboundPassthrough', null, null, null],
    ['InboundPassthroughCluster', 'inboundPassthrough', null, null, null],
    ['my-envoy-cluster', 'other', null, null, null],
    ['outbound', 'other', null, null, null],
    ['constructor', 'other', null, null, null],
    ['toString|80||x', 'other', null, null, null],
  ] as const)(
    '%s leads %s',
    ([upstreamCluster, clusterDirection, clusterHost, clusterPort, isExternalHost]) => {
      expect(view({ upstreamCluster })).toMatchObject({
        clusterDirection,
        clusterHost,
        clusterPort,
        isExternalHost,
      });
    },
  );

  test('is absent where none was chosen', () => {
    const none = { clusterDirection: null, clusterHost: null, clusterPort: null, isExternalHost: null };
    expect(view({ upstreamCluster: null })).toMatchObject(none);
  });

  test.for([
    ['203.0.113.9:443', true],
    ['10.0.0.9:443', false],
    [null, null],
    [undefined, undefined],
  ] as const)('passes through to %s, outside the mesh: %s', ([upstreamHost, isExternalHost]) => {
    expect(view({ upstreamCluster: 'PassthroughCluster', upstreamHost }).isExternalHost).toBe(isExternalHost);
  });
});

describe('the server name of a shape', () => {
  test.for([
    [null, 'a.example', 'none'],
    ['a.example', 'a.example', 'equalsAuthority'],
    ['a.example', 'A.EXAMPLE:443', 'equalsAuthority'],
    ['b.example', 'a.example', 'differs'],
    ['b.example', null, 'differs'],
    ['b.example', undefined, undefined],
    [undefined, 'a.example', undefined],
    ['outbound_.9080_._.reviews.default.svc.cluster.local', undefined, 'mesh'],
    ['inbound_.9080_._.reviews.default.svc.cluster.local', 'reviews', 'mesh'],
  ] as const)('%s beside the authority %s: %s', ([requestedServerName, authority, relation]) => {
    expect(view({ requestedServerName, authority }).sniRelation).toBe(relation);
  });
});

describe('the addresses of a shape', () => {
  test('are compared with each other', () => {
    const same = {
      upstreamHost: '10.0.0.1:80',
      downstreamLocalAddress: '10.0.0.1:80',
      authority: '10.0.0.1',
    };
    expect(view(same)).toMatchObject({ upstreamIsDownstreamLocal: true, authorityIsUpstream: true });
    expect(view({ ...same, downstreamLocalAddress: '10.0.0.1:81', authority: '10.0.0.1:81' })).toMatchObject({
      upstreamIsDownstreamLocal: false,
      authorityIsUpstream: false,
      localPort: 81,
      upstreamPort: 80,
    });
    expect(view({ ...same, upstreamHost: null })).toMatchObject({
      upstreamIsDownstreamLocal: false,
      upstreamPort: null,
      upstreamIsPublic: null,
    });
  });

  test.for([
    ['10.0.0.1:80', '10.0.0.1', 80],
    ['[fd00::1]:443', 'fd00::1', 443],
    ['[fd00::1]', 'fd00::1', null],
    ['fd00::1', 'fd00::1', null],
    ['reviews:9080', 'reviews', 9080],
    ['reviews', 'reviews', null],
    ['tcp://10.0.0.1:80', '10.0.0.1', 80],
    ['envoy://connect_originate/10.0.0.1:80', '10.0.0.1', 80],
    ['/var/run/app.sock', '/var/run/app.sock', null],
    ['host:http', 'host:http', null],
  ] as const)('%s has the host %s and the port %s', ([text, host, port]) => {
    expect(parseAddress(text)).toEqual({ host, port });
  });

  test('are none where the text is empty', () => {
    expect(parseAddress('')).toBeNull();
    expect(parseAddress('envoy://internal_client_address/')).toBeNull();
  });

  test.for([
    ['reviews.default', 'name'],
    ['reviews:9080', 'name'],
    ['10.0.0.1', 'ip'],
    ['10.0.0.1:8080', 'ipPort'],
    ['[fd00::1]:8080', 'ipPort'],
    ['[fd00::1]', 'ip'],
    ['fd00::1', 'ip'],
    ['', 'name'],
    ['1.2.3', 'name'],
  ] as const)('an authority %s is made of: %s', ([authority, kind]) => {
    expect(authorityKind(authority)).toBe(kind);
    expect(view({ authority }).authorityKind).toBe(kind);
  });

  test.for([
    ['8.8.8.8', true],
    ['203.0.113.9', true],
    ['172.32.0.1', true],
    ['2606:4700::1', true],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['192.168.1.1', false],
    ['127.0.0.6', false],
    ['0.0.0.0', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    // Where Istio allocates addresses for service entries.
    ['240.240.0.1', false],
    ['2001:2::f0f0:1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:8.8.8.8', true],
  ] as const)('%s lies in the internet: %s', ([host, isPublic]) => {
    expect(isIp(host)).toBe(true);
    expect(isPublicIp(host)).toBe(isPublic);
    const address = host.includes(':') ? `[${host}]:80` : `${host}:80`;
    expect(view({ upstreamHost: address, downstreamLocalAddress: address })).toMatchObject({
      upstreamIsPublic: isPublic,
      localIsPublic: isPublic,
    });
  });
});

describe('the reporter of a shape', () => {
  const outbound = 'outbound|9080||reviews.default.svc.cluster.local';
  test.for([
    [{ upstreamCluster: outbound, downstreamLocalAddress: '10.96.0.1:9080' }, 'outbound'],
    [{ upstreamCluster: outbound, downstreamLocalAddress: '10.0.0.1:8443' }, 'gateway'],
    [{ upstreamCluster: 'outbound|8080||x.y.svc', downstreamLocalAddress: '10.0.0.1:8080' }, 'outbound'],
    [
      {
        upstreamCluster: 'outbound|8080||x.y.svc.cluster.local',
        downstreamLocalAddress: '10.0.0.1:8080',
        authority: 'shop.example.com',
      },
      'gateway',
    ],
    [
      {
        upstreamCluster: 'outbound|8080||x.y.svc.cluster.local',
        downstreamLocalAddress: '10.0.0.1:8080',
        authority: 'x.y:8080',
      },
      'outbound',
    ],
    [
      {
        upstreamCluster: 'outbound|8080||x-canary.y.svc.cluster.local',
        downstreamLocalAddress: '10.0.0.1:8080',
        authority: 'x.y:8080',
      },
      'outbound',
    ],
    [{ upstreamCluster: 'outbound|443||api.example.com', downstreamLocalAddress: '8.8.4.4:80' }, 'outbound'],
    [{ upstreamCluster: outbound, requestedServerName: 'a.example', authority: 'a.example' }, 'gateway'],
    [{ upstreamCluster: 'inbound|9080||' }, 'inbound'],
    [{ upstreamCluster: 'InboundPassthroughClusterIpv4' }, 'inbound'],
    [{ upstreamCluster: 'inbound-vip|80|http|x.y.svc' }, 'waypoint'],
    [{ upstreamCluster: 'PassthroughCluster' }, 'outbound'],
    [{ upstreamCluster: 'BlackHoleCluster' }, 'outbound'],
    [{ upstreamCluster: null, requestedServerName: 'outbound_.80_._.x.y.svc' }, 'inbound'],
    [{ upstreamCluster: null }, 'unknown'],
    [{ upstreamCluster: 'own' }, 'unknown'],
    [{}, 'unknown'],
  ] as const)('of %j is %s', ([shape, reporter]) => {
    expect(reporterOf(view(shape))).toBe(reporter);
  });

  test.for([
    [[], 'unknown'],
    [['unknown', 'unknown'], 'unknown'],
    [['inbound', 'unknown', 'inbound'], 'inbound'],
    [['inbound', 'outbound'], 'mixed'],
  ] as const)('of several, %j, is %s', ([reporters, joined]) => {
    expect(joinReporters(reporters)).toBe(joined);
  });
});
