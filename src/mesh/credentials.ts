import type { CertificateFacts, CertificateReader } from '../model/certificate.ts';
import type { Resource } from './resource.ts';
import { at, type Path, textAt } from './value.ts';

/** What resources cannot tell of themselves. */
export interface Surroundings {
  /** The time at which `lint` looks; null: unknown. */
  readonly nowMs: number | null;
  readonly readCertificate: CertificateReader;
}

export const NO_SURROUNDINGS: Surroundings = { nowMs: null, readCertificate: () => null };

/** Keys of a Secret under which Istio looks for each part, the first of which counts. */
const KEYS = {
  certificate: ['tls.crt', 'cert'],
  key: ['tls.key', 'key'],
  authority: ['ca.crt', 'cacert'],
} as const;
export type SecretPart = keyof typeof KEYS;

/** Where a part stands in the Secret; null where it has none. Values are never given away, places are. */
export function placeOfPart({ body }: Resource, part: SecretPart): Path | null {
  for (const key of KEYS[part]) {
    for (const holder of ['data', 'stringData']) {
      const value = textAt(body, holder, key);
      if (value !== null && value !== '') return [holder, key];
    }
  }
  return null;
}

/** The key under which a part is looked for, in words. */
export function describePart(part: SecretPart): string {
  return KEYS[part].join(' or ');
}

/** The certificate of a Secret; null where there is none, or it cannot be read. */
export function certificateOf(secret: Resource, read: CertificateReader): CertificateFacts | null {
  const path = placeOfPart(secret, 'certificate');
  const text = path === null ? null : at(secret.body, path);
  if (path === null || typeof text !== 'string') return null;
  return read(path[0] === 'data' ? decodeBase64(text) : text);
}

/** Text in base64, of which PEM needs the lower half of the characters only. */
export function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/\s/g, ''));
  } catch {
    return '';
  }
}

/** A certificate at a time: what is wrong with it, in words; null when nothing is. */
export function validityAt({ validFromMs, validToMs }: CertificateFacts, timeMs: number): string | null {
  if (timeMs > validToMs) return `expired at ${dayOf(validToMs)}`;
  return timeMs < validFromMs ? `is valid from ${dayOf(validFromMs)} only` : null;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}
