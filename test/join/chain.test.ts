import { expect, test } from 'vitest';
import { analyseLogs } from '../support/analyse.ts';

const START = Date.UTC(2026, 8, 14, 7, 5);
const REQUESTS = 40;
/** One request in so many fails. */
const FAILING = 4;

interface Side {
  readonly at: number;
  readonly request: string;
  readonly answer: string;
  readonly details?: string;
  readonly id: string;
  /** Endpoint, cluster, own end of the connection to it; local and remote address. */
  readonly way: string;
}

function line({ at, request, answer, details = 'via_upstream', id, way }: Side): string {
  return `[${new Date(START + at).toISOString()}] "GET ${request} HTTP/1.1" ${answer} ${details} - "-" 0 40 12 11 "-" "curl/8" "${id}" ${way} - default`;
}

/** A gateway calls cart, and cart calls price, whose application is down now and then: each proxy with a log of its own. */
function chain(n: number): Readonly<Record<'gateway' | 'cart' | 'price', readonly string[]>> {
  const isBad = n % FAILING === 0;
  const answer = isBad ? '503 -' : '200 -';
  const at = 200 * n;
  const id = `7e57cccc-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const entry = { request: '/cart', answer, id };
  const inner = { request: '/price', answer, id };
  const refused =
    'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}';
  return {
    gateway: [
      line({
        ...entry,
        at,
        way: `"shop.example" "10.1.0.2:8080" outbound|8080||cart.shop.svc.cluster.local 10.1.0.9:${30_000 + n} 10.1.0.9:8443 203.0.113.5:${1000 + n}`,
      }),
    ],
    cart: [
      line({
        ...entry,
        at: at + 1,
        way: `"shop.example" "10.1.0.2:8080" inbound|8080|| 127.0.0.6:${20_000 + n} 10.1.0.2:8080 10.1.0.9:${30_000 + n}`,
      }),
      line({
        ...inner,
        at: at + 4,
        way: `"price:9000" "10.1.0.3:9000" outbound|9000||price.shop.svc.cluster.local 10.1.0.2:${40_000 + n} 10.96.0.3:9000 10.1.0.2:${50_000 + n}`,
      }),
    ],
    price: [
      line({
        ...inner,
        at: at + 5,
        ...(isBad ? { answer: '503 UF', details: refused } : {}),
        way: `"price:9000" "10.1.0.3:9000" inbound|9000|| ${isBad ? '-' : `127.0.0.6:${21_000 + n}`} 10.1.0.3:9000 10.1.0.2:${40_000 + n}`,
      }),
    ],
  };
}

const CHAINS = Array.from({ length: REQUESTS }, (_, n) => chain(n));
const logOf = (proxy: 'gateway' | 'cart' | 'price'): readonly string[] => CHAINS.flatMap((all) => all[proxy]);
const [GATEWAY, CART, PRICE] = [logOf('gateway'), logOf('cart'), logOf('price')];

test.for([
  ['three logs', [GATEWAY, CART, PRICE]],
  ['three logs in another order', [PRICE, GATEWAY, CART]],
] as const)('%s along one path: each call counts once and fails where it fails', async ([, logs]) => {
  const { requests, findings, failures } = await analyseLogs(...logs);
  // Two calls for each request from outside: to cart, and from there to price.
  expect(requests).toMatchObject({ total: 2 * REQUESTS, failed: (2 * REQUESTS) / FAILING });
  expect(findings.map(({ diagnosis, hop }) => [diagnosis.id, hop?.outcome, hop?.place])).toEqual([
    ['app-not-listening', 'refused', 'application'],
  ]);
  // What cart answered follows on its call to price, under the same request id.
  expect(findings[0]?.requests).toBe(requests.failed);
  expect(findings[0]?.includes.map(({ requests: folded }) => folded)).toEqual([REQUESTS / FAILING]);
  expect(findings[0]?.status).toBe('confirmed');
  expect(failures.reduce((sum, row) => sum + row.requests, 0)).toBe(requests.failed);
});

test('a further log along the path moves the cause to the call that failed', async () => {
  const logs = [[GATEWAY], [GATEWAY, CART], [GATEWAY, CART, PRICE]];
  const reports = await Promise.all(logs.map((some) => analyseLogs(...some)));
  expect(reports.map(({ findings }) => findings.map(({ diagnosis }) => diagnosis.id))).toEqual([
    ['application-error'],
    ['application-error'],
    ['app-not-listening'],
  ]);
});
