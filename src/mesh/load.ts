import { CORE_SCHEMA, load } from 'js-yaml';
import type { Resource, ResourceSource } from './resource.ts';
import { listAt, textAt, type Value } from './value.ts';

/** A file of the mesh configuration. */
export interface MeshFile {
  readonly path: string;
  readonly text: string;
}

/** What the files hold, and what in them could not be read. */
export interface LoadedResources {
  readonly resources: readonly Resource[];
  readonly problems: readonly string[];
}

const DOCUMENT_START = /^---(?:\s|$)/;
const ITEMS = /^items:\s*$/;
const ITEM = /^( *)- /;

/** Reads resources: documents of YAML, lists of kubectl, JSON. */
export function loadResources(files: readonly MeshFile[]): LoadedResources {
  const resources: Resource[] = [];
  const problems: string[] = [];
  for (const { path, text } of files) {
    const sources = /^\s*[{[]/.test(text) ? [{ file: path, firstLine: 1, text }] : splitDocuments(path, text);
    for (const source of sources) {
      try {
        resources.push(...toResources(parse(source.text), source));
      } catch (error) {
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        problems.push(`${path}:${source.firstLine} is not read: ${reason}.`);
      }
    }
  }
  return { resources, problems };
}

function parse(text: string): Value {
  return /^\s*[{[]/.test(text) ? JSON.parse(text) : load(text, { schema: CORE_SCHEMA, json: true });
}

function toResources(value: Value, source: ResourceSource): readonly Resource[] {
  if (Array.isArray(value))
    return value.flatMap((item: Value) => toResources(item, sourceOfItem(item, source)));
  const kind = textAt(value, 'kind');
  if (kind === null) return [];
  const items = listAt(value, 'items');
  if (items.length > 0) return items.flatMap((item) => toResources(item, sourceOfItem(item, source)));
  const name = textAt(value, 'metadata', 'name');
  if (name === null) return [];
  const namespace = textAt(value, 'metadata', 'namespace') ?? (kind === 'Namespace' ? name : 'default');
  return [{ kind, name, namespace, body: value, source }];
}

/** An item of a list in JSON: a text of its own, at the line at which its name stands. */
function sourceOfItem(item: Value, { file, firstLine, text }: ResourceSource): ResourceSource {
  const name = textAt(item, 'metadata', 'name');
  const place = name === null ? -1 : text.indexOf(`"name": ${JSON.stringify(name)}`);
  const before = place < 0 ? 0 : text.slice(0, place).split('\n').length - 1;
  return { file, firstLine: firstLine + before, text: JSON.stringify(item) };
}

function splitDocuments(file: string, text: string): readonly ResourceSource[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const sources: ResourceSource[] = [];
  let start = 0;
  for (let i = 0; i <= lines.length; i++) {
    if (i < lines.length && !DOCUMENT_START.test(lines[i] ?? '')) continue;
    sources.push(...splitList(file, lines.slice(start, i), start + 1));
    start = i + 1;
  }
  return sources;
}

/** The items of a list of kubectl as documents of their own, so that each is parsed and placed alone. */
function splitList(file: string, lines: readonly string[], firstLine: number): readonly ResourceSource[] {
  const head = lines.findIndex((line) => ITEMS.test(line));
  const indent = head < 0 ? undefined : ITEM.exec(lines[head + 1] ?? '')?.[1];
  if (indent === undefined) {
    const isBlank = lines.every((line) => line.trim() === '' || line.startsWith('#'));
    return isBlank ? [] : [{ file, firstLine, text: lines.join('\n') }];
  }
  const sources: ResourceSource[] = [];
  let item: string[] = [];
  let itemLine = head + 1;
  const close = (): void => {
    if (item.length > 0) sources.push({ file, firstLine: firstLine + itemLine, text: item.join('\n') });
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
