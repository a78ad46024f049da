import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Message, NOTIFICATION_KINDS, type NotificationKind } from '../model/run-state.ts';
import { UserError } from '../model/user-error.ts';
import { renderNotification } from '../render.ts';
import type { Terminal } from './terminal.ts';

/** Somebody who is told. */
export interface Target {
  readonly kind: NotificationKind;
  readonly url: URL;
  /** For the state: the address itself is a secret. */
  readonly key: string;
}

/** How patient sending is. */
export interface Patience {
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Pauses before the second attempt, the third … */
  readonly pausesMs: readonly number[];
}

const PATIENCE: Patience = { timeoutMs: 10_000, pausesMs: [1000, 4000] };
/** `Authorization: Bearer` of generic receivers. */
const TOKEN_VARIABLE = 'FAULTLINE_NOTIFY_TOKEN';
const HINT =
  'Write --notify slack=URL, teams=URL or json=URL; to keep the URL out of the list of processes, --notify slack=env:NAME reads it from the environment.';
const TEAMS_HOST = /(?:^|\.)(?:webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Reads `--notify [KIND=]URL`, where the URL may be `env:NAME`.
 *
 * @throws UserError for what is no address; the message does not show it, as it may hold a secret.
 */
export function parseTargets(values: readonly string[], env: Terminal['env']): readonly Target[] {
  const whereIs = (i: number) =>
    values.length === 1 ? '--notify' : `--notify, number ${i + 1} of ${values.length}`;
  return values.map((value, i) => parseTarget(value, env, whereIs(i)));
}

function parseTarget(value: string, env: Terminal['env'], where: string): Target {
  const named = NOTIFICATION_KINDS.find((kind) => value.startsWith(`${kind}=`));
  const address = named === undefined ? value : value.slice(named.length + 1);
  const url = toUrl(readAddress(address, env, where), where);
  const kind = named ?? guessKind(url);
  if (
    kind === 'json' &&
    env[TOKEN_VARIABLE] !== undefined &&
    url.protocol === 'http:' &&
    !LOOPBACK.test(url.hostname)
  )
    throw badOption(`${where}: ${TOKEN_VARIABLE} would be sent in the clear`, 'Use an https address.');
  const hash = createHash('sha256').update(url.href).digest('hex').slice(0, 12);
  return { kind, url, key: `${kind}:${hash}` };
}

function readAddress(address: string, env: Terminal['env'], where: string): string {
  if (!address.startsWith('env:')) return address;
  const name = address.slice('env:'.length);
  const found = env[name];
  if (found !== undefined && found.trim() !== '') return found.trim();
  throw badOption(`${where}: the environment has no ${name}`, HINT);
}

function toUrl(address: string, where: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw badOption(`${where}: not an http or https address`, HINT);
}

function guessKind({ hostname }: URL): NotificationKind {
  if (hostname === 'hooks.slack.com' || hostname.endsWith('.hooks.slack.com')) return 'slack';
  return TEAMS_HOST.test(hostname) ? 'teams' : 'json';
}

function badOption(message: string, hint: string): UserError {
  return new UserError({ code: 'BAD_OPTION', message, hint });
}

/** Ids of the messages that were taken, and a sentence on each receiver that did not. */
export interface Delivery {
  readonly sent: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Sends what is due to each target, all at once and each in order. Never throws: a report does not fail for it. */
export async function sendAll(
  outbox: readonly Message[],
  targets: readonly Target[],
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
  patience: Patience = PATIENCE,
): Promise<Delivery> {
  const sent = new Set<string>();
  const problems: string[] = [];
  const sendTo = async (target: Target): Promise<void> => {
    for (const message of outbox.filter((item) => item.target === target.key)) {
      const problem = await send(target, message, { env, signal, patience });
      if (problem === null) sent.add(message.id);
      else {
        problems.push(
          `${target.kind} at ${target.url.host} was not told: ${problem}; the next run tries again`,
        );
        // The rest would meet the same fate, and come out of order.
        return;
      }
    }
  };
  await Promise.all(targets.map(sendTo));
  return { sent, problems };
}

interface Sending extends Pick<Terminal, 'env' | 'signal'> {
  readonly patience: Patience;
}

/** Null when the message was taken, else why not. */
async function send(
  target: Target,
  message: Message,
  { env, signal, patience }: Sending,
): Promise<string | null> {
  const body = await renderNotification(target.kind, message);
  for (const pauseMs of [...patience.pausesMs, null]) {
    const { problem, isLasting } = await attempt(target, {
      body,
      id: message.id,
      env,
      timeoutMs: patience.timeoutMs,
    });
    if (problem === null || isLasting || pauseMs === null || signal.aborted) return problem;
    await delay(pauseMs);
  }
  return null;
}

interface Attempt {
  readonly problem: string | null;
  /** True when another attempt would end the same. */
  readonly isLasting: boolean;
}

async function attempt(
  { kind, url }: Target,
  request: {
    readonly body: string;
    readonly id: string;
    readonly env: Terminal['env'];
    readonly timeoutMs: number;
  },
): Promise<Attempt> {
  const { body, id, env, timeoutMs } = request;
  const token = env[TOKEN_VARIABLE];
  try {
    const post = await chooseFetch(env);
    const response = await post(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'faultline',
        'idempotency-key': id,
        ...(kind === 'json' && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
      },
      // The address and the token are secrets of this receiver; whoever it points to is not to get them.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return judge(response.status);
  } catch (error) {
    return { problem: describeFailure(error, timeoutMs), isLasting: false };
  }
}

/** What posting needs of `fetch`. */
type Post = (
  url: URL,
  request: {
    readonly method: 'POST';
    readonly body: string;
    readonly headers: Record<string, string>;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; readonly body: { cancel(): Promise<void> } | null }>;

/** Node's own `fetch` of version 20 passes proxies by; where the environment names one it is asked. */
async function chooseFetch(env: Terminal['env']): Promise<Post> {
  const read = (name: string): string | undefined => env[name] ?? env[name.toUpperCase()];
  const [httpProxy, httpsProxy] = [read('http_proxy'), read('https_proxy')];
  if (!httpProxy && !httpsProxy) return fetch;
  const { EnvHttpProxyAgent, fetch: fetchBy } = await import('undici');
  // Without a value it would read the environment of the process.
  const dispatcher = withoutWarning(
    () =>
      new EnvHttpProxyAgent({
        httpProxy: httpProxy ?? '',
        httpsProxy: httpsProxy ?? '',
        noProxy: read('no_proxy') ?? '',
      }),
  );
  return (url, request) => fetchBy(url, { ...request, dispatcher });
}

/** undici 6 calls the agent experimental on standard error, and cron mails what stands there. */
function withoutWarning<T>(make: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function judge(status: number): Attempt {
  if (status >= 200 && status < 300) return { problem: null, isLasting: true };
  if (status >= 300 && status < 400)
    return {
      problem: `it answered ${status}, a redirection, which is not followed; give the address behind it`,
      isLasting: true,
    };
  const isLasting = status < 500 && status !== 408 && status !== 429;
  return { problem: `it answered ${status}`, isLasting };
}

function describeFailure(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  // The message may name the address; its code says enough.
  return cause instanceof Error && 'code' in cause
    ? `no connection (${String(cause.code)})`
    : 'no connection';
}
