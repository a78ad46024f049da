/** Istio's default text format, 1.9 and later: every field that the diagnoses read. Source: Istio, `pilot/pkg/model/telemetry_logging.go`. */
export const ISTIO_TEXT_FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" ' +
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% ' +
  '%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%';

/** MeshConfig that makes the proxies log all of it. */
export const ISTIO_TEXT_FORMAT_YAML = `# MeshConfig: under \`mesh\` in the ConfigMap istio of istio-system, or under meshConfig of the installation.
# Envoy without Istio: the same line as log_format.text_format_source.inline_string of its access log.
accessLogFile: /dev/stdout
accessLogEncoding: TEXT # for JSON: JSON, and accessLogFormat: ""
accessLogFormat: |
  ${ISTIO_TEXT_FORMAT}`;
