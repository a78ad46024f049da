import type { TransportFailure } from '../model/shape-view.ts';
import { remember } from './memo.ts';

/**
 * Wordings of connection failures, the first that matches counts. Errno numbers: Linux; BoringSSL reasons and alert
 * names; all spellings since 2018. Alerts (`SSLV3_ALERT_…`, `TLSV1_ALERT_…`) mean that the peer refused us.
 */
const WORDINGS: readonly (readonly [RegExp, TransportFailure])[] = [
  [/WRONG_VERSION_NUMBER|268435703|:HTTP_REQUEST\b/, 'tlsWrongVersion'],
  [/Secret[_ ]is[_ ]not[_ ]supplied/i, 'tlsNoSecret'],
  [
    /ALERT_(?:UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE|CERTIFICATE_REVOKED|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)|26843650[1-4]/,
    'tlsAlertCertificate',
  ],
  [
    /ALERT_|UNRECOGNIZED_NAME|CERTIFICATE_REQUIRED|NO_APPLICATION_PROTOCOL|2684364\d\d|2684365\d\d/,
    'tlsAlertOther',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|268435581|certificate verify failed|SAN[_ ]matcher|verify[_ ]SAN/i,
    'tlsCertificate',
  ],
  [/Too[_ ]many[_ ]open[_ ]files|socket_creation_failure|connect[_ ]error:[_ ]24\b/i, 'noSocket'],
  [/Connection[_ ]refused|connect[_ ]error:[_ ]111\b/i, 'refused'],
  [
    /No[_ ]route[_ ]to[_ ]host|Network[_ ]is[_ ]unreachable|Host[_ ]is[_ ]down|connect[_ ]error:[_ ](?:113|101|112)\b/i,
    'unreachable',
  ],
  [
    /Cannot[_ ]assign[_ ]requested|Address[_ ]already[_ ]in[_ ]use|connect[_ ]error:[_ ](?:99|98)\b/i,
    'addressUnavailable',
  ],
  [/Connection[_ ]timed[_ ]out|connect[_ ]error:[_ ]110\b|connection[_ ]timeout/i, 'timedOut'],
  [/TLS[_ ]error|OPENSSL_internal/i, 'tlsOther'],
  [/Connection[_ ]reset[_ ]by[_ ]peer|connect[_ ]error:[_ ]104\b/i, 'reset'],
  [/connect[_ ]error/i, 'other'],
];

/** What a transport failure reason, or the braces of the details, say about the failure; null when they say nothing. */
export const classifyTransportFailure = remember(
  (text): TransportFailure | null => WORDINGS.find(([pattern]) => pattern.test(text))?.[1] ?? null,
);
