import { CORE_SCHEMA, load } from 'js-yaml';
import {
  type ClusterStatuses,
  isClusterStatuses,
  isClusterStatusText,
  readStatuses,
  readStatusText,
} from './dump/cluster-status.ts';
import { isConfigDump, ProxyDump } from './dump/proxy-dump.ts';
import type { Resource, ResourceSource } from './resource.ts';
import { splitJsonItems } from './split-json.ts';
import { listAt, textAt, type Value } from './value.ts';

/** A file of the mesh configuration. */
export interface MeshFile {
  readonly path: string;
  readonly text: string;
}

/** What the files hold, and what in them could not be read. */
export interface LoadedResources {
  readonly resources: readonly Resource[];
  /** What proxies ran with. */
  readonly dumps: readonly ProxyDump[];
  /** What proxies saw of their endpoints. */
  readonly statuses: readonly ClusterStatuses[];
  readonly problems: readonly string[];
}

/** Of what is a document of its own. */
const NO_MARGIN: ResourceSource['margin'] = { first: '', left: '', last: '' };
const DOCUMENT_START = /^---(?:\s|$)/;
const ITEMS = /^items:\s*$/;
const ITEM = /^( *)- /;

interface Draft {
  readonly resources: Resource[];
  readonly dumps: ProxyDump[];
  readonly statuses: ClusterStatuses[];
  readonly problems: string[];
}

/** Reads resources (documents of YAML, lists of kubectl, JSON) and what proxies print of themselves. */
export function loadResources(files: readonly MeshFile[]): LoadedResources {
  const draft: Draft = { resources: [], dumps: [], statuses: [], problems: [] };
  for (const { path, text } of files) {
    if (isClusterStatusText(text)) {
      draft.statuses.push(readStatusText(path, text));
      continue;
    }
    const sources = isJson(text) ? splitJson(path, text) : splitDocuments(path, text);
    for (const source of sources) {
      try {
        take(parse(source.text), source, draft);
      } catch (error) {
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        draft.problems.push(`${path}:${source.firstLine} is not read: ${reason}.`);
      }
    }
  }
  return draft;
}

function take(value: Value, source: ResourceSource, { resources, dumps, statuses }: Draft): void {
  if (isConfigDump(value)) dumps.push(toDump(value, source));
  else if (isClusterStatuses(value)) statuses.push(readStatuses(source.file, source.text, value));
  else for (const resource of toResources(value, source)) resources.push(resource);
}

function parse(text: string): Value {
  return isJson(text) ? JSON.parse(text) : load(text, { schema: CORE_SCHEMA, json: true });
}

/** @throws Error for a dump in YAML: its places could not be told. */
function toDump(value: Value, { file, text }: ResourceSource): ProxyDump {
  if (!isJson(text)) throw new Error('a configuration dump of Envoy is read as JSON only');
  return new ProxyDump(file, text, value);
}

function toResources(value: Value, source: ResourceSource): readonly Resource[] {
  if (Array.isArray(value)) return value.flatMap((item: Value) => toResources(item, textOf(item, source)));
  const kind = textAt(value, 'kind');
  if (kind === null) return [];
  const items = listAt(value, 'items');
  if (items.length > 0) return items.flatMap((item) => toResources(item, textOf(item, source)));
  const name = textAt(value, 'metadata', 'name');
  if (name === null) return [];
  const namespace = textAt(value, 'metadata', 'namespace') ?? (kind === 'Namespace' ? name : 'default');
  return [{ kind, name, namespace, body: value, source }];
}

/** An item of a list that was not taken apart before it was read: it stands where the list does. */
function textOf(item: Value, source: ResourceSource): ResourceSource {
  return { ...source, text: JSON.stringify(item) };
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** The items of a list in JSON, each with the line at which it stands. */
function splitJson(file: string, text: string): readonly ResourceSource[] {
  const lines = text.split('\n');
  let line = 1;
  let passed = 0;
  const sources = splitJsonItems(text).map(({ start, end }) => {
    line += text.slice(passed, start).split('\n').length - 1;
    passed = start;
    const lineEnd = text.indexOf('\n', end);
    const margin = {
      first: text.slice(text.lastIndexOf('\n', start) + 1, start),
      left: '',
      last: text.slice(end, lineEnd < 0 ? undefined : lineEnd),
    };
    return { file, firstLine: line, text: text.slice(start, end), margin, lines };
  });
  return sources.length > 0 ? sources : [{ file, firstLine: 1, text, margin: NO_MARGIN, lines }];
}

function splitDocuments(file: string, text: string): readonly ResourceSource[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const sources: ResourceSource[] = [];
  let start = 0;
  for (let i = 0; i <= lines.length; i++) {
    if (i < lines.length && !DOCUMENT_START.test(lines[i] ?? '')) continue;
    sources.push(...splitList({ file, lines }, start, i));
    start = i + 1;
  }
  return sources;
}

/** The items of a list of kubectl as documents of their own, so that each is parsed and placed alone. */
function splitList(
  whole: Pick<ResourceSource, 'file' | 'lines'>,
  from: number,
  to: number,
): readonly ResourceSource[] {
  const lines = whole.lines.slice(from, to);
  const firstLine = from + 1;
  const head = lines.findIndex((line) => ITEMS.test(line));
  const indent = head < 0 ? undefined : ITEM.exec(lines[head + 1] ?? '')?.[1];
  if (indent === undefined) {
    const isBlank = lines.every((line) => line.trim() === '' || line.startsWith('#'));
    return isBlank ? [] : [{ ...whole, firstLine, text: lines.join('\n'), margin: NO_MARGIN }];
  }
  const sources: ResourceSource[] = [];
  let item: string[] = [];
  let itemLine = head + 1;
  const margin = { first: `${indent}- `, left: `${indent}  `, last: '' };
  const close = (): void => {
    if (item.length > 0)
      sources.push({ ...whole, firstLine: firstLine + itemLine, text: item.join('\n'), margin });
  };
  for (let i = head + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.startsWith(`${indent}- `)) {
      close();
      item = [`${indent}  ${line.slice(indent.length + 2)}`.slice(indent.length + 2)];
      itemLine = i;
    } else if (line.trim() === '' || line.startsWith(`${indent}  `)) item.push(line.slice(indent.length + 2));
    else break;
  }
  close();
  return sources;
}
