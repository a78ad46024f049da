import { parseFormatString } from '../../parsers/format-string.ts';
import type { Field } from '../../src/model/field.ts';

export type Values = Readonly<Partial<Record<Field, string | null>>>;

const REQUEST =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS%';
const SIZES = '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%';
const HEADERS =
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"';
const TAIL =
  '%UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME%';
const MIXER = '"%DYNAMIC_METADATA(istio.mixer:status)%"';
const REASON = '"%UPSTREAM_TRANSPORT_FAILURE_REASON%"';

/** Every default text layout of Istio and Envoy, written down apart from those of `parsers/`. */
export const LAYOUTS: Readonly<Record<string, string>> = {
  'istio-text': `${REQUEST} %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% ${REASON} ${SIZES} ${HEADERS} ${TAIL} %ROUTE_NAME%`,
  'istio-text-1.8': `${REQUEST} ${REASON} ${SIZES} ${HEADERS} ${TAIL} %ROUTE_NAME%`,
  'istio-text-1.3': `${REQUEST} ${MIXER} ${REASON} ${SIZES} ${HEADERS} ${TAIL} %ROUTE_NAME%`,
  'istio-text-1.2': `${REQUEST} ${MIXER} ${REASON} ${SIZES} ${HEADERS} ${TAIL}`,
  'istio-text-1.1': `${REQUEST} ${MIXER} ${SIZES} ${HEADERS} ${TAIL}`,
  'envoy-default': `${REQUEST} ${SIZES} ${HEADERS}`,
};

/** The line that Envoy would print; what has no value is `-`. */
export function render(format: string, values: Values): string {
  return parseFormatString(format)
    .map((token) => {
      if (token.kind === 'literal') return token.text;
      return (token.field === null ? null : values[token.field]) ?? '-';
    })
    .join('');
}
