import type { HostPort } from './registry.ts';
import { numberAt, type Path, textAt, type Value } from './value.ts';

/** What the name of a port may begin with, to say its protocol. */
const NAMED_PROTOCOLS = new Set([
  'http',
  'http2',
  'https',
  'grpc',
  'grpc-web',
  'tcp',
  'tls',
  'udp',
  'mongo',
  'mysql',
  'redis',
]);

/** A port of a Service (`port`) or of a ServiceEntry (`number`); none where it has no number. */
export function toPort(item: Value, path: Path, key: 'port' | 'number'): readonly HostPort[] {
  const number = numberAt(item, key);
  if (number === null) return [];
  const name = textAt(item, 'name') ?? '';
  const target = textAt(item, 'targetPort');
  const prefix = name.startsWith('grpc-web') ? 'grpc-web' : (name.split('-')[0] ?? '');
  const byName = NAMED_PROTOCOLS.has(prefix) ? prefix : '';
  const declared = key === 'number' ? textAt(item, 'protocol') : textAt(item, 'appProtocol');
  return [
    {
      number,
      name,
      protocol: (declared ?? byName).replace(/^kubernetes\.io\/h2c$/, 'http2').toUpperCase(),
      targetPort: target === null ? number : numberAt(item, 'targetPort'),
      path,
    },
  ];
}
