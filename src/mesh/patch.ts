import { parseDocument } from 'yaml';
import type { MeshPatch } from '../model/mesh-evidence.ts';
import { nameOf, type Resource } from './resource.ts';
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
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  // Lists that begin at the column of their key stay there.
  const indentSeq = !/^( *)[\w.-]+:\n\1- /m.test(source.text);
  const yaml = document.toString({ indentSeq, lineWidth: 0 }).replace(/^\n+/, '');
  const before = source.text.replace(/\s+$/, '').split('\n');
  const after = yaml.replace(/\s+$/, '').split('\n');
  const diff = toDiff(source.file, source.firstLine, before, after);
  return { text: `${nameOf(resource)}: ${text}`, file: source.file, diff, yaml };
}

/** One hunk: what is equal at both ends is cut to some lines. */
function toDiff(
  file: string,
  firstLine: number,
  before: readonly string[],
  after: readonly string[],
): string {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const start = Math.max(0, head - CONTEXT);
  const end = Math.min(tail, CONTEXT);
  const oldCount = before.length - tail + end - start;
  const newCount = after.length - tail + end - start;
  const line = firstLine + start;
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
