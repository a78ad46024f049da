import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import { fillCode, fillText, toPlaceholders } from '../../src/diagnose/placeholders.ts';
import type { Shape } from '../../src/model/shape.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';
import { diagnose } from './diagnosing.ts';
import { always, toy } from './toy.ts';

function valuesOf(shape: Partial<Shape>, caller: string | null = null) {
  return toPlaceholders(toShapeView({ ...EMPTY_SHAPE, ...shape }), caller);
}

/** A command with the value in the place of a name. */
function command(authority: string, template = 'curl -v {authority}'): string {
  return fillCode(template, valuesOf({ authority }));
}

const ALL = [
  'pod',
  'namespace',
  'service',
  'cluster',
  'host',
  'port',
  'subset',
  'authority',
  'authorityName',
  'path',
  'method',
  'upstreamHost',
  'upstreamIp',
  'upstreamPort',
  'localAddress',
  'localIp',
  'localPort',
  'caller',
  'route',
  'sni',
];

describe('placeholders', () => {
  test('are read off the most frequent shape', () => {
    const values = valuesOf(
      {
        upstreamCluster: 'outbound|9080|v1|reviews.shop.svc.cluster.local',
        upstreamHost: '10.0.0.1:9081',
        downstreamLocalAddress: '10.96.0.1:9080',
        authority: 'reviews:9080',
        path: '/reviews/*',
        method: 'GET',
        routeName: 'default',
        requestedServerName: 'reviews.example.com',
      },
      '10.1.1.1',
    );
    expect(values).toEqual({
      pod: null,
      namespace: 'shop',
      service: 'reviews',
      cluster: 'outbound|9080|v1|reviews.shop.svc.cluster.local',
      host: 'reviews.shop.svc.cluster.local',
      port: '9080',
      subset: 'v1',
      authority: 'reviews:9080',
      authorityName: 'reviews',
      path: '/reviews/*',
      method: 'GET',
      upstreamHost: '10.0.0.1:9081',
      upstreamIp: '10.0.0.1',
      upstreamPort: '9081',
      localAddress: '10.96.0.1:9080',
      localIp: '10.96.0.1',
      localPort: '9080',
      caller: '10.1.1.1',
      route: 'default',
      sni: 'reviews.example.com',
    });
  });

  test('take service and namespace from the authority where no cluster was chosen', () => {
    expect(valuesOf({ authority: 'pay.shop.svc:80', downstreamLocalAddress: '10.0.0.1:8080' })).toMatchObject(
      {
        service: 'pay',
        namespace: 'shop',
        host: 'pay.shop.svc',
        port: '8080',
      },
    );
    expect(valuesOf({ authority: 'pay' })).toMatchObject({ service: 'pay', namespace: null });
    expect(valuesOf({ authority: 'pay.example.com' })).toMatchObject({
      service: null,
      host: 'pay.example.com',
    });
  });

  test.for(ALL)('{%s} is an upper case word where the log does not say', (name) => {
    expect(fillCode(`{${name}}`, valuesOf({}))).toMatch(/^[A-Z/][A-Z_:]*$/);
  });

  test('leave other braces alone', () => {
    const template = 'kubectl get pod {pod} -o jsonpath={.status.podIP} {constructor} {}';
    expect(fillCode(template, valuesOf({}))).toBe(
      'kubectl get pod POD -o jsonpath={.status.podIP} {constructor} {}',
    );
  });

  test('are not filled twice', () => {
    expect(fillText('{path} {method}', valuesOf({ path: '{method}', method: 'GET' }))).toBe('{method} GET');
  });
});

describe('in a command', () => {
  test.for([
    ['reviews:9080', 'reviews:9080'],
    ['[fd00::1]:80', "'[fd00::1]:80'"],
    ['*.example.com', "'*.example.com'"],
    ['a=b', "'a=b'"],
    ['%2e', "'%2e'"],
    ['~root', "'~root'"],
    ['host:', "'host:'"],
    ['$(rm -rf /)', 'AUTHORITY'],
    ['`reboot`', 'AUTHORITY'],
    ["a'b", 'AUTHORITY'],
    ['a"b', 'AUTHORITY'],
    ['a;b', 'AUTHORITY'],
    ['a&b', 'AUTHORITY'],
    ['a\nb', 'AUTHORITY'],
    ['a b', 'AUTHORITY'],
    ['a\\b', 'AUTHORITY'],
    ['a>b', 'AUTHORITY'],
    ['{a,b}', 'AUTHORITY'],
    ['!!', 'AUTHORITY'],
    ['tökens', 'AUTHORITY'],
    ['', 'AUTHORITY'],
    // They would be options of the command.
    ['-oProxyCommand=x', 'AUTHORITY'],
    ['--config', 'AUTHORITY'],
  ] as const)('the authority %j is written %s', ([authority, written]) => {
    expect(command(authority)).toBe(`curl -v ${written}`);
  });

  test('a cluster name is quoted for its bars', () => {
    const values = valuesOf({ upstreamCluster: 'outbound|80||a.b.svc.cluster.local' });
    expect(fillCode('istioctl pc endpoints {pod} --cluster {cluster}', values)).toBe(
      "istioctl pc endpoints POD --cluster 'outbound|80||a.b.svc.cluster.local'",
    );
  });

  test('no second pair of quotes ends the first', () => {
    expect(command('a|reboot', "curl -H 'Host: {authority}'")).toBe("curl -H 'Host: a|reboot'");
    expect(command('a|reboot', 'curl -H "Host: {authority}"')).toBe('curl -H "Host: a|reboot"');
    expect(command('a|reboot', 'echo "it\'s" {authority}')).toBe("echo \"it's\" 'a|reboot'");
    expect(command("x'; reboot; '", "curl -H 'Host: {authority}'")).toBe("curl -H 'Host: AUTHORITY'");
  });

  test('an apostrophe of an earlier line of YAML quotes nothing', () => {
    expect(command('*.x', "# don't\nhost: {authority}")).toBe("# don't\nhost: '*.x'");
  });

  test('no value can end the word that it stands in', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'$`\'"|;&<>(){}[]*?!~#\n -=:@%a') }),
    );
    fc.assert(
      fc.property(anything, (authority) => {
        const written = command(authority, 'x {authority}').slice(2);
        expect(written).toMatch(/^(?:[\w./][\w./:@%+-]*|'[^'\s$`"\\;&<>(){}!#-][^'\s$`"\\;&<>(){}!#]*')$/);
        expect(written).not.toMatch(/:$/);
      }),
      { numRuns: 200 },
    );
  });

  test('no value opens or closes quotes that the template has', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'\'"|a$ ') }), (authority) => {
        for (const quote of ["'", '"']) {
          const inner = command(authority, `x ${quote}y {authority}${quote} z`).slice(5, -3);
          expect(inner).not.toMatch(/['"$\s`\\]/);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('in YAML', () => {
  const yaml = (authority: string): string => command(authority, 'hosts:\n  - {authority}');

  test.for([
    ['reviews.example.com', 'reviews.example.com'],
    ['*', "'*'"],
    ['@x', "'@x'"],
    ['a: b', 'AUTHORITY'],
    ['a #b', 'AUTHORITY'],
    ['- a', 'AUTHORITY'],
    ['a\n  - b', 'AUTHORITY'],
    ['!tag', 'AUTHORITY'],
  ] as const)('%j is written %s', ([authority, written]) => {
    expect(yaml(authority)).toBe(`hosts:\n  - ${written}`);
  });
});

describe('in a report', () => {
  const line =
    '{"response_code":503,"response_flags":"UF","authority":"$(rm -rf /)","path":"/`id`","upstream_cluster":"outbound|80||a;reboot.svc","upstream_host":null}';
  const { findings } = diagnose(
    [line],
    [
      toy({
        id: 'a',
        evidence: [always('strong')],
        cause: 'Nobody answers for {authority}.',
        confirm: [{ run: 'curl {authority}{path} --cluster {cluster}', expect: 'an answer of {authority}' }],
        fixes: [{ text: 'Mend {cluster}.', yaml: 'host: {authority}\ncluster: {cluster}' }],
      }),
    ],
  );

  test('commands and YAML hold nothing that the log made up, sentences hold it as it is', () => {
    expect(findings[0]).toMatchObject({
      cause: 'Nobody answers for $(rm -rf /).',
      confirm: [{ run: 'curl AUTHORITY/PATH --cluster CLUSTER', expect: 'an answer of $(rm -rf /)' }],
      fixes: [{ text: 'Mend outbound|80||a;reboot.svc.', yaml: 'host: AUTHORITY\ncluster: CLUSTER' }],
    });
  });
});
