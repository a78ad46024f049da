import type { Shape } from '../model/shape.ts';

/** Minor versions of Envoy 1.x between which a proxy lies. */
interface Era {
  readonly since: number;
  readonly until: number;
}

const ALWAYS: Era = { since: 0, until: Number.POSITIVE_INFINITY };

/**
 * Wordings that prove a version. Sources: Envoy PR 35154 (errno as words, July 2024); the reset reasons, the separator
 * within the braces and the TLS form as observed by version.
 */
const WORDINGS: readonly (Partial<Era> & { readonly pattern: RegExp })[] = [
  { pattern: /verify_cert_failed:_(?:X509|SAN_matcher)/, since: 37 },
  { pattern: /delayed_connect_error:_[A-Z]/, since: 32 },
  { pattern: /remote_connection_failure\|/, since: 31 },
  { pattern: /TLS_error:\|/, since: 29 },
  { pattern: /\{(?:remote|local)_connection_failure|\{connection_timeout/, since: 24 },
  { pattern: /delayed[_ ]connect[_ ]error:[_ ]\d/, until: 31 },
  { pattern: /\{connection_failure/, until: 30 },
  { pattern: /TLS[_ ]error:[_ ]\d/, until: 29 },
];

/** Envoy's release of each flag that the first access log format did not have. Source: access log proto, by commit. */
const FLAG_SINCE: ReadonlyMap<string, number> = new Map([
  ['RLSE', 8],
  ['DC', 9],
  ['SI', 10],
  ['URX', 10],
  ['IH', 11],
  ['DPE', 12],
  ['RFCF', 15],
  ['UMSDR', 15],
  ['DT', 16],
  ['NFCF', 16],
  ['NC', 18],
  ['UPE', 18],
  ['OM', 19],
  ['DF', 22],
  ['DO', 29],
  ['DR', 30],
  ['UDO', 34],
]);

function narrow(a: Era, { since = 0, until = Number.POSITIVE_INFINITY }: Partial<Era>): Era {
  return { since: Math.max(a.since, since), until: Math.min(a.until, until) };
}

/** What the wording of failing lines proves about the proxy's version, or null. */
export function eraOfWording(shapes: readonly Shape[]): string | null {
  // Thousands of shapes have the same few texts and flags.
  const texts = new Set<string>();
  const flags = new Set<string>();
  for (const { responseCodeDetails, upstreamTransportFailureReason, responseFlags } of shapes) {
    if (responseCodeDetails != null) texts.add(responseCodeDetails);
    if (upstreamTransportFailureReason != null) texts.add(upstreamTransportFailureReason);
    for (const flag of responseFlags) flags.add(flag);
  }
  const wordings = WORDINGS.filter(({ pattern }) => [...texts].some((text) => pattern.test(text)));
  const ofFlags = Array.from(flags, (flag) => ({ since: FLAG_SINCE.get(flag) ?? 0 }));
  const { since, until } = [...wordings, ...ofFlags].reduce(narrow, ALWAYS);
  if (since === 0 && until === Number.POSITIVE_INFINITY) return null;
  if (until === Number.POSITIVE_INFINITY) return `Envoy ≥ 1.${since}`;
  if (since === 0) return `Envoy ≤ 1.${until}`;
  // Lines of several proxies, or of one that was upgraded.
  if (since > until) return `Envoy ≤ 1.${until} and Envoy ≥ 1.${since}`;
  return since === until ? `Envoy 1.${since}` : `Envoy 1.${since} to 1.${until}`;
}
