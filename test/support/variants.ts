/** Variants of a log that change nothing about its cause. */

/** Ports by which rules know a kind of server: TLS, plain HTTP, DNS. */
const TELLING_PORTS: ReadonlySet<number> = new Set([8000, 8080, 8443, 9443, 6443]);
const PRIVATE_ADDRESS = /\b10\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b/g;
const OTHER_PRIVATE_ADDRESS = /\b172\.(?:1[6-9]|2\d|3[01])\.(\d{1,3})\.(\d{1,3})\b/g;
const SERVICE_HOST = /\b([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/g;

function renamePort(text: string): string {
  const port = Number(text);
  const isTelling = TELLING_PORTS.has(port) || port < 1024 || port > 9999;
  return isTelling ? text : String(port === 9988 ? 9977 : ((port + 1013) % 8000) + 2000);
}

/** Every service host of a log with another name for it and its namespace; the same host gets the same name. */
function namesOf(log: string): ReadonlyMap<string, string> {
  const hosts = new Set([...log.matchAll(SERVICE_HOST)].map(([, service = '']) => service));
  return new Map(
    [...hosts].sort().map((service, i) => [service, `svc${i}-${'xyz'[i % 3]}${service.length}`]),
  );
}

/** Other services, namespaces, addresses and ports. */
export function rename(log: string): string {
  const names = namesOf(log);
  const services = [...names.keys()].sort((a, b) => b.length - a.length);
  let text = log.replaceAll(
    SERVICE_HOST,
    (_, service: string) => `${names.get(service) ?? service}.team-q.svc`,
  );
  for (const service of services) {
    // Short forms in authorities: the service alone, or with its port.
    const name = names.get(service) ?? service;
    text = text.replaceAll(`"${service}:`, `"${name}:`).replaceAll(`"${service}"`, `"${name}"`);
  }
  return text
    .replaceAll(
      PRIVATE_ADDRESS,
      (_, a: string, b: string, c: string) => `10.${(Number(a) * 7 + 3) % 251}.${b}.${c}`,
    )
    .replaceAll(OTHER_PRIVATE_ADDRESS, '192.168.$1.$2')
    .replaceAll(/(?<=[\d\]a-z]:|outbound\||inbound\|)(\d{4})\b/g, (port) => renamePort(port));
}

/** Start times of access lines, and the times of Istio's and Envoy's own lines. */
const TIME = /(^\[?|"start_time":\s?")(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d\.\d{3})/gm;

/** The same log some months later. */
export function later(log: string): string {
  return log.replaceAll(TIME, (_, before: string, day: string, blank: string, time: string) => {
    const moved = new Date(Date.parse(`${day}T${time}Z`) + 77 * 86_400_000 + 12_345_000).toISOString();
    return `${before}${moved.slice(0, 23).replace('T', blank)}`;
  });
}

/** Lines a few places before or behind where they stood, as logs of several threads have them. */
export function disturb(log: string): string {
  const lines = log.trimEnd().split('\n');
  const placed = lines.map((line, i) => ({ line, at: i + ((i * 7919) % 6) }));
  return `${placed
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line)
    .join('\n')}\n`;
}
