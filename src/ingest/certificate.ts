import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';

/** What a certificate in PEM says of itself, the first one where there are several; null when it is none. */
export function readCertificate(pem: string): CertificateFacts | null {
  try {
    const { subjectAltName = '', subject = '', validFrom, validTo } = new X509Certificate(pem);
    const names = subjectAltName.split(',').flatMap((part) => /^\s*DNS:(.+)$/.exec(part)?.[1] ?? []);
    const common = /^CN=(.+)$/m.exec(subject)?.[1];
    return {
      names: names.length > 0 || common === undefined ? names : [common],
      validFromMs: Date.parse(validFrom),
      validToMs: Date.parse(validTo),
    };
  } catch {
    return null;
  }
}
