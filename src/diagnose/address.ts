import type { AuthorityKind } from '../model/shape-view.ts';
import { remember } from './memo.ts';

/** An address as logs print it: `10.0.0.1:80`, `[fd00::1]:80`, `tcp://10.0.0.1:80`, `envoy://connect_originate/10.0.0.1:80`. */
export interface Address {
  readonly host: string;
  readonly port: number | null;
}

const SCHEME = /^[a-z]+:\/\/(?:[a-z_]+\/)?/;
const BRACKETED = /^\[([0-9a-fA-F:.]+)\](?::(\d+))?$/;
const PLAIN = /^([^:]+)(?::(\d+))?$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** An IPv4 address as sockets of both families print it. */
const MAPPED_IPV4 = /^::ffff:(?=[\d.]+$)/i;

/** Host and port of a logged address; null for the empty text. */
export const parseAddress = remember(readAddress);

function readAddress(text: string): Address | null {
  const bare = text.replace(SCHEME, '');
  const match = BRACKETED.exec(bare) ?? PLAIN.exec(bare);
  if (match === null) return bare === '' ? null : { host: bare, port: null };
  const [, host = '', port] = match;
  return { host, port: port === undefined ? null : Number(port) };
}

/** True for an IPv4 or IPv6 address. */
export function isIp(host: string): boolean {
  return IPV4.test(host) || (host.includes(':') && /^[0-9a-fA-F:.]+$/.test(host));
}

/** True for addresses that only reach other machines over the internet; false for private, shared, local and test ranges. */
export function isPublicIp(host: string): boolean {
  const bare = host.replace(MAPPED_IPV4, '');
  if (bare.includes(':')) return !/^(?:f[cd]|fe[89ab]|::1$|::$|2001:0?2:)/i.test(bare);
  const [a = 0, b = 0] = bare.split('.').map(Number);
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
  // 100.64/10: shared address space; 240/4: where Istio allocates addresses for service entries.
  const isSpecial =
    a === 127 || a === 0 || (a === 169 && b === 254) || (a === 100 && b >= 64 && b <= 127) || a >= 224;
  return !isPrivate && !isSpecial;
}

/** What an authority is made of. */
export function authorityKind(authority: string): AuthorityKind {
  const address = parseAddress(authority);
  if (address === null || !isIp(address.host)) return 'name';
  return address.port === null ? 'ip' : 'ipPort';
}
