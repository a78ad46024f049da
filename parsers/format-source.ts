import { UserError } from '../src/model/user-error.ts';
import type { ParseDocuments } from './config-formats.ts';
import { findFormats } from './config-formats.ts';

/** A JSON object with one of these is a configuration and no format itself. */
const CONFIG_KEYS = [
  'apiVersion',
  'kind',
  'Kind',
  'spec',
  'configs',
  'static_resources',
  'staticResources',
  'meshConfig',
  'mesh',
  'accessLogFormat',
  'accessLogEncoding',
  'accessLogFile',
  'extensionProviders',
  'access_log',
  'accessLog',
  'filter_chains',
  'filterChains',
  'typed_config',
  'typedConfig',
  'dynamic_listeners',
] as const;
/** How YAML begins: a document mark, a comment, or a key; a list of such. A format string of one line may look the same. */
const YAML_START = /^(?:---|#|(?:- )*["']?[A-Za-z_@][\w@./-]*["']?:(?:\s|$))/;
const HINT =
  'Give a format string, a JSON format object, or the configuration that holds one: MeshConfig, Telemetry with its MeshConfig, EnvoyFilter, Envoy bootstrap or listener.';

/** A format and where it stood; null: it is all that was given. */
interface SourceFormat {
  readonly format: string;
  readonly where: string | null;
}

/**
 * The formats in a text that a user gave: the text itself, or those that are in it where it is the YAML or JSON of a
 * configuration. Richest first, since a poorer layout may parse the lines of a richer one.
 *
 * @throws UserError BAD_FORMAT when the text is a configuration that cannot be read, or that holds no format.
 */
export async function readFormatSource(text: string): Promise<readonly SourceFormat[]> {
  if (!isConfiguration(text)) return [{ format: text, where: null }];
  const found = findFormats(text, await loadYaml());
  if (found.length === 0) {
    throw new UserError({
      code: 'BAD_FORMAT',
      message: `the configuration given to --format holds no access-log format${describeProviders(text)}`,
      hint: HINT,
    });
  }
  return found.toSorted((a, b) => countOperators(b.format) - countOperators(a.format));
}

function countOperators(format: string): number {
  return format.match(/%[A-Z]/g)?.length ?? 0;
}

function isConfiguration(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return hasConfigKey(trimmed);
  if (/^["']?accessLog(?:Format|Encoding|File)["']?:/.test(trimmed)) return true;
  return trimmed.includes('\n') && YAML_START.test(trimmed);
}

function hasConfigKey(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === 'object' && value !== null && CONFIG_KEYS.some((key) => Object.hasOwn(value, key))
    );
  } catch {
    // It is then refused as a JSON format, with the place of the error.
    return false;
  }
}

/** A Telemetry names its provider; the format stands with the provider, in another file. */
function describeProviders(text: string): string {
  const names = [...text.matchAll(/providers:\s*(?:-\s*|\[\s*\{?\s*)name:\s*["']?([\w.-]+)/g)].map(
    ([, name]) => name,
  );
  if (names.length === 0) return '';
  return `: it names the provider ${names.join(', ')}, whose format is in extensionProviders of the MeshConfig; add that to the file`;
}

async function loadYaml(): Promise<ParseDocuments> {
  const { parseAllDocuments } = await import('yaml');
  return (text) =>
    [...parseAllDocuments(text)].map((document) => {
      const [error] = document.errors;
      if (error === undefined) return document.toJS();
      throw new UserError({
        code: 'BAD_FORMAT',
        message: `the configuration given to --format is no YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`,
        hint: HINT,
        cause: error,
      });
    });
}
