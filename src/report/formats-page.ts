import type { Field } from '../model/field.ts';
import { FIELD_OPERATORS, FIELDS } from '../model/field.ts';
import type { RecordFormat } from '../model/record-format.ts';
import { generatedNote } from './generated.ts';
import { escapeMarkdown, markdownCode, markdownTable } from './markdown.ts';

/** The page about the formats that are read: which there are, how to give an own one, what is not read whole. */
export function renderFormatsPage(
  formats: readonly RecordFormat[],
  names: Readonly<Record<Field, readonly string[]>>,
): string {
  const rows = formats.map(({ id, parser, versions, title }) => [
    markdownCode(id),
    parser.encoding,
    escapeMarkdown(title),
    escapeMarkdown(versions),
  ]);
  const keys = FIELDS.map((field) => [
    markdownCode(FIELD_OPERATORS[field]),
    names[field].map(markdownCode).join(', '),
  ]);
  return `${[
    generatedNote('the formats that parsers/index.ts lists'),
    '# Formats of access logs',
    'These are recognised by themselves, the more specific before the more general; every sample of each is tried with all others in the tests. Waypoints, Consul, and the text layouts of Contour and App Mesh print the default of Istio or Envoy.',
    markdownTable(['name', 'encoding', 'what it is', 'printed by'], rows),
    ...OWN_FORMATS,
    '## JSON keys',
    'A key is compared in lower case, with `-`, `.`, blanks and humps read as `_`, and a key within objects also by its last parts (`http.request.method`). Where no name helps, the values of a key are looked at: times, methods, flags, details, clusters, user agents look like nothing else. A note in the report says how each key was taken.',
    markdownTable(['operator', 'keys'], keys),
    ...LIMITS,
  ].join('\n\n')}\n`;
}

const OWN_FORMATS = [
  '## Own formats',
  '`--format` takes the name of a format above, an Envoy format string, a JSON format object, or `@` and a file. The file holds one of these, or is the configuration in which you have the format: MeshConfig (bare, in its ConfigMap, an IstioOperator or Helm values), Telemetry beside the MeshConfig of its provider, EnvoyFilter, Envoy bootstrap, listeners and configuration dumps, and what Envoy Gateway, Contour, Consul, Kuma and Emissary have. All formats in it are tried, those with the most operators first.',
  'Every operator of Envoy 1.40 is understood, with arguments, `?` alternatives and a length. Those that log a field are read, the others passed over. A format is refused, with the reason and the character, where a border cannot be found: two operators side by side, a character behind a value that the value may hold itself (`%UPSTREAM_CLUSTER%|`), two texts with blanks parted by a blank.',
];

const LIMITS = [
  '## What is not read whole',
  [
    '- A line that was cut: what is behind the cut counts as not in the format, and the line as partial.',
    "- ztunnel's `connection opened` (debug): counted with the log lines of the proxy, since the connection has not ended. Its time is that of the end of the connection.",
    '- Entries of the gRPC access log service as JSON: the time that the upstream took is worked out from the times of its first and last byte.',
  ].join('\n'),
];
