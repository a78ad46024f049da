import type { Shape } from '../model/shape.ts';

/**
 * Wordings that prove a version, newest first. Sources: Envoy PR 35154 (errno as words, July 2024), PR 44746 (transport
 * text no longer in the body, May 2026); the separator within the braces and the TLS form as observed by version.
 */
const WORDINGS: readonly { readonly pattern: RegExp; readonly era: string }[] = [
  { pattern: /verify_cert_failed:_(?:X509|SAN_matcher)/, era: 'Envoy ≥ 1.37' },
  { pattern: /delayed_connect_error:_[A-Z]/, era: 'Envoy ≥ 1.32' },
  { pattern: /remote_connection_failure\|/, era: 'Envoy ≥ 1.31' },
  { pattern: /TLS_error:\|/, era: 'Envoy ≥ 1.29' },
  { pattern: /delayed_connect_error:_\d/, era: 'Envoy ≤ 1.31' },
  { pattern: /TLS[_ ]error:[_ ]\d/, era: 'Envoy ≤ 1.29' },
  { pattern: /\{connection_failure/, era: 'Envoy ≤ 1.30' },
];

/** What the wording of failing lines proves about the proxy's version, or null. */
export function eraOfWording(shapes: readonly Shape[]): string | null {
  const texts = shapes
    .flatMap((shape) => [shape.responseCodeDetails, shape.upstreamTransportFailureReason])
    .filter((text) => text != null);
  return WORDINGS.find(({ pattern }) => texts.some((text) => pattern.test(text)))?.era ?? null;
}
