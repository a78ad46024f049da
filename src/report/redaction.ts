import type { Report } from '../model/report.ts';
import { listAll, plural } from './wording.ts';

/** Kinds of names that stand for values, in words: one, many. */
const KIND_WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  query: ['query string', 'query strings'],
  token: ['token', 'tokens'],
  email: ['email address', 'email addresses'],
  client: ['client address', 'client addresses'],
  'user-agent': ['user agent', 'user agents'],
  address: ['address', 'addresses'],
  host: ['host name', 'host names'],
  path: ['path', 'paths'],
  'request-id': ['request id', 'request ids'],
  redacted: ['match of a pattern', 'matches of patterns'],
};

/** Names that are shown as examples. */
const MOST_NAMES = 2;

/** What was taken out of the report, so that nobody searches a log for `client-1`; empty when it was nothing. */
export function describeRedaction({ redaction }: Report): string {
  const found = Object.entries(redaction?.values ?? {}).filter(([, count]) => count > 0);
  if (found.length === 0) return '';
  const counts = found.map(([kind, count]) => {
    const [one, many] = KIND_WORDS[kind] ?? [kind, kind];
    return plural(count, one, many);
  });
  const names = found.slice(0, MOST_NAMES).map(([kind]) => `${kind}-1`);
  return `Redacted: ${listAll(counts)}, the same value by the same name (${names.join(', ')} and so on). --no-redact keeps them.`;
}
