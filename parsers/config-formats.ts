/** An access-log format that a configuration holds, and where in it. */
export interface ConfiguredFormat {
  /** A format string, a JSON format object or the name of a format of the registry. */
  readonly format: string;
  /** Path of the value, such as `spec.meshConfig.accessLogFormat`. */
  readonly where: string;
}

/** Turns the text of a YAML or JSON file into its documents. */
export type ParseDocuments = (text: string) => readonly unknown[];

type Mapping = Readonly<Record<string, unknown>>;

const OPERATOR = /%[A-Z][A-Z0-9_]*(?:\([^%]*(?:%[^%]*)*?\))?(?::\d+)?%/;
/** Without one of these a value is the text of a header or of a tag, and no format of a log. */
const OUTCOME =
  /%(?:RESPONSE_CODE|RESPONSE_FLAGS(?:_LONG)?|RESPONSE_CODE_DETAILS|BYTES_SENT|DURATION)(?:\([^)]*\))?(?::\d+)?%/;
/** A string that holds a file: a ConfigMap with the mesh's or Envoy's own configuration. */
const EMBEDDED = /^[^\n]*\n[\s\S]*(?:access_?log|extensionProviders|typed_config)/i;
const MAX_DEPTH = 64;
const FILE_SINK = /(?:File|Stdout|Stderr|Stream)AccessLog$/;

/**
 * The access-log formats in a configuration, whatever tool it is for: MeshConfig (bare, in its ConfigMap, in an IstioOperator
 * or in Helm values), Telemetry, EnvoyFilter, Envoy's bootstrap, listeners and configuration dumps, Envoy Gateway, Contour,
 * Consul, Kuma, Emissary. They differ in the names around a format, but all formats are made of Envoy's operators, so these
 * are looked for; the names matter only where a configuration asks for a default.
 */
export function findFormats(text: string, parseDocuments: ParseDocuments): readonly ConfiguredFormat[] {
  const found: ConfiguredFormat[] = [];
  for (const document of parseDocuments(text)) new FormatFinder(found, parseDocuments).visit(document, '', 0);
  return found.filter(({ format }, i) => found.findIndex((other) => other.format === format) === i);
}

class FormatFinder {
  readonly #found: ConfiguredFormat[];
  readonly #parseDocuments: ParseDocuments;

  constructor(found: ConfiguredFormat[], parseDocuments: ParseDocuments) {
    this.#found = found;
    this.#parseDocuments = parseDocuments;
  }

  visit(value: unknown, where: string, depth: number): void {
    if (depth > MAX_DEPTH) return;
    if (typeof value === 'string') this.#visitText(value, where, depth);
    else if (Array.isArray(value)) this.#visitList(value, where, depth);
    else if (isMapping(value)) this.#visitMapping(value, where, depth);
  }

  #visitText(value: string, where: string, depth: number): void {
    if (OUTCOME.test(value) && !EMBEDDED.test(value)) this.#found.push({ format: value.trim(), where });
    else if (EMBEDDED.test(value)) {
      for (const document of this.#parseDocuments(value)) this.visit(document, where, depth + 1);
    }
  }

  /** A list of keys with their values is a JSON format that somebody writes as a list (Kuma, App Mesh). */
  #visitList(values: readonly unknown[], where: string, depth: number): void {
    const pairs = values.flatMap(toPairs);
    const format = Object.fromEntries(pairs);
    if (pairs.length > 0 && pairs.length === values.length && isJsonFormat(format))
      this.#found.push({ format: JSON.stringify(format), where });
    else values.forEach((value, i) => void this.visit(value, `${where}[${i}]`, depth + 1));
  }

  #visitMapping(value: Mapping, where: string, depth: number): void {
    if (isJsonFormat(value)) {
      this.#found.push({ format: JSON.stringify(value), where });
      return;
    }
    const before = this.#found.length;
    for (const [key, inner] of Object.entries(value)) {
      this.visit(inner, where === '' ? key : `${where}.${key}`, depth + 1);
    }
    const byDefault = this.#found.length === before ? defaultOf(value) : null;
    if (byDefault !== null) this.#found.push({ format: byDefault, where });
  }
}

/** The format that a part of a configuration stands for without spelling it. */
function defaultOf(value: Mapping): string | null {
  const type = value['@type'];
  if (typeof type === 'string' && FILE_SINK.test(type)) return 'envoy-default';
  const encoding = value['accessLogEncoding'];
  if (typeof encoding === 'string') return encoding.toUpperCase() === 'JSON' ? 'istio-json' : 'istio-text';
  if (typeof value['accessLogFile'] === 'string' && value['accessLogFile'] !== '') return 'istio-text';
  const contour = value['accesslog-format'];
  if (contour === 'json') return 'contour-json';
  if (contour === 'envoy') return 'envoy-default';
  // A Telemetry resource that asks for the provider which is always there.
  return Array.isArray(value['providers']) && value['providers'].some(isBuiltInProvider)
    ? 'istio-text'
    : null;
}

function isBuiltInProvider(value: unknown): boolean {
  return isMapping(value) && value['name'] === 'envoy';
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toPairs(value: unknown): [string, unknown][] {
  if (!isMapping(value) || typeof value['key'] !== 'string' || !('value' in value)) return [];
  return [[value['key'], value['value']]];
}

/** A mapping that gives most of its keys an operator, the outcome of a request among them. */
function isJsonFormat(value: Mapping): boolean {
  const values = Object.values(value);
  const texts = values.filter((inner) => typeof inner === 'string');
  // A string with several operators and text around them is a text format under some key.
  const isField = (text: string): boolean => OPERATOR.test(text) && !/%[ \]"].*%.*%/s.test(text);
  const fields = texts.filter(isField).length;
  const inner = values.filter(isMapping).filter(isJsonFormat).length;
  return (
    fields + inner > 1 &&
    2 * (fields + inner) > values.length &&
    (texts.some((text) => OUTCOME.test(text)) || inner > 0)
  );
}
