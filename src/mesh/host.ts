/** Host names after Istio's rules: a name without dots is a service of the own namespace. */
export function toFullName(host: string, namespace: string): string {
  return host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.cluster.local`;
}

/** True when the pattern (`*`, `*.example.com` or a name) takes the host in. */
export function covers(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) && host !== pattern : pattern === host;
}

/** True when some host belongs to both patterns. */
export function overlaps(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

/** `ns/host` of a Gateway or Sidecar, taken apart. */
export function splitNamespace(text: string): { readonly namespace: string; readonly host: string } {
  const slash = text.indexOf('/');
  return slash < 0
    ? { namespace: '*', host: text }
    : { namespace: text.slice(0, slash), host: text.slice(slash + 1) };
}

/** True when an authority, in any of its short forms, names the host. */
export function isNameOf(authority: string, host: string): boolean {
  if (authority === host) return true;
  return /\.svc\.cluster\.local$/.test(host) && host.startsWith(`${authority}.`);
}

/** The more specific pattern first: names before wildcards, then the longer one. */
export function bySpecificity(a: string, b: string): number {
  return Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length;
}
