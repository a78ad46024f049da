import { describe, expect, test } from 'vitest';
import { chooseFormats, resolveFormats } from '../../parsers/index.ts';
import { UserError } from '../../src/model/user-error.ts';
import { recordOf } from './parse-line.ts';

const TEXT = '[%START_TIME%] %RESPONSE_CODE% %RESPONSE_FLAGS% "%UPSTREAM_HOST%"';
const JSON_FORMAT = { code: '%RESPONSE_CODE%', flags: '%RESPONSE_FLAGS%', host: '%UPSTREAM_HOST%' };

/** Where people have their format: what the configuration is, its text, the formats that are in it. */
const CONFIGURATIONS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a MeshConfig of one line',
    `accessLogFormat: "%RESPONSE_CODE% %DURATION%\\n"`,
    ['%RESPONSE_CODE% %DURATION%'],
  ],
  [
    'a MeshConfig with text',
    `accessLogFile: /dev/stdout\naccessLogEncoding: TEXT\naccessLogFormat: |\n  ${TEXT}\n`,
    [TEXT],
  ],
  [
    'a MeshConfig with a JSON format',
    `accessLogEncoding: JSON\naccessLogFormat: |\n  {\n    "code": "%RESPONSE_CODE%",\n    "flags": "%RESPONSE_FLAGS%"\n  }\n`,
    ['{\n  "code": "%RESPONSE_CODE%",\n  "flags": "%RESPONSE_FLAGS%"\n}'],
  ],
  [
    'a MeshConfig with the JSON default',
    'accessLogFile: /dev/stdout\naccessLogEncoding: JSON\n',
    ['istio-json'],
  ],
  [
    'a MeshConfig with the text default',
    '# mesh\naccessLogFile: /dev/stdout\nenableTracing: true\n',
    ['istio-text'],
  ],
  [
    'an IstioOperator',
    `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n    accessLogFormat: '${TEXT}'\n`,
    [TEXT],
  ],
  [
    'the ConfigMap of istiod',
    `apiVersion: v1\nkind: ConfigMap\ndata:\n  mesh: |-\n    accessLogFile: /dev/stdout\n    accessLogFormat: '${TEXT}'\n    rootNamespace: istio-system\n  meshNetworks: 'networks: {}'\n`,
    [TEXT],
  ],
  [
    'a provider of the MeshConfig and the Telemetry that names it',
    `meshConfig:\n  extensionProviders:\n  - name: mine\n    envoyFileAccessLog:\n      path: /dev/stdout\n      logFormat:\n        labels:\n          code: '%RESPONSE_CODE%'\n          flags: '%RESPONSE_FLAGS%'\n          host: '%UPSTREAM_HOST%'\n---\napiVersion: telemetry.istio.io/v1\nkind: Telemetry\nspec:\n  accessLogging:\n  - providers:\n    - name: mine\n`,
    [JSON.stringify(JSON_FORMAT)],
  ],
  [
    'a Telemetry with the built-in provider',
    'apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nspec:\n  accessLogging:\n  - providers:\n    - name: envoy\n',
    ['istio-text'],
  ],
  [
    'an EnvoyFilter with several access logs',
    `apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nspec:\n  configPatches:\n  - applyTo: NETWORK_FILTER\n    patch:\n      operation: MERGE\n      value:\n        typed_config:\n          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n          access_log:\n          - name: envoy.access_loggers.file\n            typed_config:\n              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog\n              path: /dev/stdout\n              log_format:\n                text_format_source:\n                  inline_string: "%RESPONSE_CODE% %RESPONSE_FLAGS%\\n"\n          - name: envoy.access_loggers.stdout\n            typed_config:\n              "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog\n              log_format:\n                json_format: {code: '%RESPONSE_CODE%', flags: '%RESPONSE_FLAGS%', host: '%UPSTREAM_HOST%'}\n`,
    [JSON.stringify(JSON_FORMAT), '%RESPONSE_CODE% %RESPONSE_FLAGS%'],
  ],
  [
    "Envoy's bootstrap with the default",
    'static_resources:\n  listeners:\n  - filter_chains:\n    - filters:\n      - typed_config:\n          access_log:\n          - typed_config:\n              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog\n              path: /dev/stdout\n',
    ['envoy-default'],
  ],
  [
    'a configuration dump in JSON',
    JSON.stringify({
      configs: [
        {
          dynamicListeners: [
            {
              accessLog: [
                { typedConfig: { logFormat: { textFormatSource: { inlineString: `${TEXT}\n` } } } },
              ],
            },
          ],
        },
      ],
    }),
    [TEXT],
  ],
  [
    'an EnvoyProxy of Envoy Gateway',
    `kind: EnvoyProxy\nspec:\n  telemetry:\n    accessLog:\n      settings:\n      - format:\n          type: Text\n          text: '${TEXT}'\n`,
    [TEXT],
  ],
  [
    'a MeshAccessLog of Kuma',
    `type: MeshAccessLog\nspec:\n  from:\n  - default:\n      backends:\n      - type: File\n        file:\n          format:\n            type: Json\n            json:\n            - {key: code, value: '%RESPONSE_CODE%'}\n            - {key: flags, value: '%RESPONSE_FLAGS%'}\n            - {key: host, value: '%UPSTREAM_HOST%'}\n`,
    [JSON.stringify(JSON_FORMAT)],
  ],
  [
    'the configuration of Contour',
    'disablePermitInsecure: false\naccesslog-format: json\n',
    ['contour-json'],
  ],
  [
    'the proxy-defaults of Consul',
    `Kind: proxy-defaults\nName: global\nAccessLogs:\n  Enabled: true\n  JSONFormat: '${JSON.stringify(JSON_FORMAT)}'\n`,
    [JSON.stringify(JSON_FORMAT)],
  ],
  [
    'headers that are set beside an access log',
    `http_filters: []\nrequest_headers_to_add:\n- header: {key: x-peer, value: '%DOWNSTREAM_REMOTE_ADDRESS%'}\naccess_log_format: '${TEXT}'\n`,
    [TEXT],
  ],
];

async function failureOf(text: string): Promise<UserError> {
  const error: unknown = await resolveFormats(text).catch((reason: unknown) => reason);
  if (error instanceof UserError) return error;
  throw new Error(`${text} is accepted`);
}

describe('the formats in', () => {
  test.for(CONFIGURATIONS)('%s', async ([, text, formats]) => {
    expect(await resolveFormats(text)).toEqual(formats);
  });

  test.for([
    ['a name', 'istio-json'],
    ['a format string', TEXT],
    ['a format string that looks like YAML', 'code: %RESPONSE_CODE% flags: %RESPONSE_FLAGS%'],
    ['a format string with a line end', `${TEXT}\n`],
    ['a JSON format object', JSON.stringify(JSON_FORMAT)],
    ['a JSON format object on several lines', JSON.stringify(JSON_FORMAT, null, 2)],
  ] as const)('%s are that alone', async ([, text]) => {
    expect(await resolveFormats(text)).toEqual([text]);
  });

  test('a configuration read the lines of each', async () => {
    const given = await resolveFormats(
      `http:\n  log: '${TEXT}'\ntcp:\n  log: 'tcp %RESPONSE_FLAGS% %BYTES_SENT% %DURATION%'\n`,
    );
    const [http, tcp] = chooseFormats(given).formats;
    expect(http && recordOf(http.parser, '[2026-01-01T00:00:00.000Z] 503 UF "10.0.0.1:80"')).toMatchObject({
      responseCode: '503',
      upstreamHost: '10.0.0.1:80',
    });
    expect(tcp && recordOf(tcp.parser, 'tcp UF,URX 0 10000')).toMatchObject({ duration: '10000' });
    expect([http?.id, tcp?.id]).toEqual(['own', 'own-2']);
  });
});

describe('a configuration is refused', () => {
  test('that holds no format', async () => {
    expect((await failureOf('apiVersion: v1\nkind: Service\n')).message).toBe(
      'the configuration given to --format holds no access-log format',
    );
  });

  test('that only names the provider which has the format', async () => {
    const text =
      'kind: Telemetry\nspec:\n  accessLogging:\n  - providers:\n    - name: otel-logs\n    disabled: false\n';
    expect((await failureOf(text)).message).toContain('it names the provider otel-logs, whose format is in');
  });

  test('that is no YAML, with the line', async () => {
    expect((await failureOf('meshConfig:\n  accessLogFormat: "%RESPONSE_CODE%\n')).message).toMatch(
      /is no YAML: .* at line \d+/,
    );
  });

  test('whose format is refused, with its path and the character', async () => {
    const text = "spec:\n  meshConfig:\n    accessLogFormat: '%RESPONSE_CODE%%DURATION%'\n";
    expect((await failureOf(text)).message).toMatch(
      /^spec\.meshConfig\.accessLogFormat: bad format string at character 1: %RESPONSE_CODE%/,
    );
  });
});
