/** What a certificate says of itself. */
export interface CertificateFacts {
  /** DNS names that it is for. */
  readonly names: readonly string[];
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** Reads a certificate in PEM; null when the text is none. */
export type CertificateReader = (pem: string) => CertificateFacts | null;
