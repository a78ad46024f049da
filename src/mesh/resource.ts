import { isNode, LineCounter, parseDocument } from 'yaml';
import type { MeshPlace } from '../model/mesh-evidence.ts';
import type { Path, Value } from './value.ts';

/** The text of one resource: as a document of its own, with the line of the file at which it begins. */
export interface ResourceSource {
  readonly file: string;
  readonly firstLine: number;
  readonly text: string;
  /** What stands in the file before the first line, before every other line, and behind the last one. */
  readonly margin: { readonly first: string; readonly left: string; readonly last: string };
  /** All lines of the file. */
  readonly lines: readonly string[];
}

/** A resource of Kubernetes or Istio, with the text it was read from. */
export interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly body: Value;
  readonly source: ResourceSource;
}

/** `DestinationRule default/reviews`. */
export function nameOf({ kind, namespace, name }: Resource): string {
  return `${kind} ${namespace}/${name}`;
}

/** The place of a value in its file. Positions are looked up only where they are shown: that keeps loading fast. */
export function placeOf(resource: Resource, path: Path, says: string): MeshPlace {
  const { file, firstLine } = resource.source;
  return { file, line: firstLine + lineWithin(resource.source.text, path), resource: nameOf(resource), says };
}

/** Lines before the value at the path; where that is not written, of what would hold it. */
function lineWithin(text: string, path: Path): number {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: 'silent', uniqueKeys: false });
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return lineCounter.linePos(node.range[0]).line - 1;
  }
  const name = document.getIn(['metadata', 'name'], true);
  return isNode(name) && name.range != null ? lineCounter.linePos(name.range[0]).line - 1 : 0;
}
