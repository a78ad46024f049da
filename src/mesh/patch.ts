import { Document, isScalar, parseDocument } from 'yaml';
import type { MeshPatch } from '../model/mesh-evidence.ts';
import { nameOf, type Resource, type ResourceSource } from './resource.ts';
import type { Path, Value } from './value.ts';

/** A value to set at a path, or, without one, to take away. */
export interface Edit {
  readonly path: Path;
  readonly value?: Value;
}

/** Lines around a change that the difference shows. */
const CONTEXT = 3;

/** The resource with the edits, as a difference and as a whole. Null where the text cannot be edited. */
export function toPatch(resource: Resource, text: string, edits: readonly Edit[]): MeshPatch | null {
  const { source } = resource;
  const document = parseDocument(source.text, { logLevel: 'silent' });
  if (document.errors.length > 0) return null;
  for (const { path, value } of edits) {
    const node = document.getIn(path, true);
    if (value === undefined) document.deleteIn(path);
    // Its comment and its quotes stay.
    else if (isScalar(node) && typeof value !== 'object') node.value = value;
    else document.setIn(path, document.createNode(value));
  }
  const yaml = isJson(source.text) ? toJson(document.toJS(), source.text) : toYaml(document, source.text);
  const from = source.firstLine - 1;
  const bounds = { from, to: from + source.text.trimEnd().split('\n').length };
  const diff = toDiff(source.file, withoutEnd(source.lines), withoutEnd(replaceIn(source, yaml)), bounds);
  return { text: `${nameOf(resource)}: ${text}`, file: source.file, diff, yaml };
}

/** A resource of its own in a new file beside another one's. */
export function toNewFile(beside: Resource, name: string, text: string, body: Value): MeshPatch {
  const { file } = beside.source;
  const path = `${file.slice(0, file.lastIndexOf('/') + 1)}${name}`;
  const yaml = new Document(body).toString({ lineWidth: 0 });
  const lines = yaml.trimEnd().split('\n');
  const diff = [
    '--- /dev/null',
    `+++ b/${path.replace(/^\/+/, '')}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
    '',
  ].join('\n');
  return { text, file: path, diff, yaml };
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** As the text was written: lists that begin at the column of their key stay there. */
function toYaml(document: Document, written: string): string {
  const indentSeq = !/^( *)[\w.-]+:\n\1- /m.test(written);
  const flowCollectionPadding = !/[{[]\S/.test(written);
  return document.toString({ indentSeq, lineWidth: 0, flowCollectionPadding }).replace(/^\n+/, '');
}

/** With the steps and the column of the text. */
function toJson(value: Value, written: string): string {
  const inner = /\n([ \t]*)"/.exec(written)?.[1];
  const outer = /\n([ \t]*)\}\s*$/.exec(written)?.[1] ?? '';
  if (inner === undefined) return JSON.stringify(value);
  return JSON.stringify(value, null, inner.slice(outer.length)).replaceAll('\n', `\n${outer}`);
}

/** The lines of the file with the other text in the place of the resource. */
function replaceIn({ lines, text, margin, firstLine }: ResourceSource, other: string): readonly string[] {
  const written = other.trimEnd().split('\n');
  const last = written.length - 1;
  const placed = written.map((line, i) => {
    const left = i === 0 ? margin.first : line === '' ? '' : margin.left;
    return `${left}${line}${i === last ? margin.last : ''}`;
  });
  const end = firstLine - 1 + text.trimEnd().split('\n').length;
  return [...lines.slice(0, firstLine - 1), ...placed, ...lines.slice(end)];
}

/** What stands behind the last line end is no line. */
function withoutEnd(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/**
 * One hunk: what is equal at both ends is cut to some lines of the resource, and the one behind it. The resource beside it
 * may be a Secret.
 */
function toDiff(
  file: string,
  before: readonly string[],
  after: readonly string[],
  bounds: { readonly from: number; readonly to: number },
): string {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const start = Math.min(head, Math.max(bounds.from, head - CONTEXT));
  const rest = Math.max(0, bounds.to + 1 - (before.length - tail));
  const end = Math.min(tail, CONTEXT, rest);
  const oldCount = before.length - tail + end - start;
  const newCount = after.length - tail + end - start;
  const line = start + 1;
  const name = file.replace(/^\/+/, '');
  return [
    `--- a/${name}`,
    `+++ b/${name}`,
    `@@ -${line},${oldCount} +${line},${newCount} @@`,
    ...before.slice(start, head).map((text) => ` ${text}`),
    ...before.slice(head, before.length - tail).map((text) => `-${text}`),
    ...after.slice(head, after.length - tail).map((text) => `+${text}`),
    ...before.slice(before.length - tail, before.length - tail + end).map((text) => ` ${text}`),
    '',
  ].join('\n');
}
