import type { TimeSpan } from './aggregate.ts';
import type { ShapeView } from './shape-view.ts';

/** How bad a fault of the configuration is when no log says that it hurts. */
export type MeshSeverity = 'error' | 'warning' | 'info';

/** A place in the mesh configuration and what it says. */
export interface MeshPlace {
  readonly file: string;
  readonly line: number;
  /** `DestinationRule default/reviews`. */
  readonly resource: string;
  readonly says: string;
}

/** A change to a resource of the user: what it is for, the difference, and the whole resource to apply. */
export interface MeshPatch {
  readonly text: string;
  readonly file: string;
  readonly diff: string;
  readonly yaml: string;
}

/** What the mesh configuration says of a cause for some failing lines. */
export interface MeshVerdict {
  readonly diagnosisId: string;
  readonly supports: boolean;
  readonly claim: string;
  readonly places: readonly MeshPlace[];
  readonly patch: MeshPatch | null;
}

/** Requests that succeed, by cluster. */
export type ServedTraffic = ReadonlyMap<string, number>;

/** The proxy that wrote some lines, as far as they tell. */
export interface LineWriter {
  /** Paths of the inputs that hold the lines. */
  readonly inputs: readonly string[];
  /** Pods that stand before the lines. */
  readonly pods: readonly string[];
  /** Addresses of the callers: for a sidecar that sends, its own. */
  readonly callers: readonly string[];
}

/** What is known around the lines that are judged. */
export interface LineContext {
  readonly served: ServedTraffic;
  readonly writer: LineWriter;
  readonly time: TimeSpan | null;
  /** The resources are of another mesh. */
  readonly isForeign: boolean;
}

/** The mesh configuration as the ranking asks it. */
export interface MeshJudge {
  readonly judge: (shape: ShapeView, context: LineContext) => readonly MeshVerdict[];
  /** False for lines of a service that the configuration does not know: it is partial or of another mesh. */
  readonly knows: (shape: ShapeView) => boolean;
  /** The same, asked of the configuration dumps of proxies alone. */
  readonly knowsByDump: (shape: ShapeView) => boolean;
  /** What the configuration says of the logs themselves. */
  readonly notes: readonly string[];
  /** Proxies whose dumps are at hand and that wrote none of these lines. */
  readonly silentDumps: (lines: readonly (readonly [ShapeView, LineWriter])[]) => readonly string[];
  /** The configuration speaks of this service. */
  readonly speaksOf: (host: string) => boolean;
}

/** A fault that is in the configuration whether a log shows it or not. */
export interface MeshFault {
  /** Null where the fault leads to no one failure. */
  readonly diagnosisId: string | null;
  /** The code under which `istioctl analyze` knows it. */
  readonly code: string | null;
  /** Null: no fault by itself, it only explains failures that a log shows. */
  readonly severity: MeshSeverity | null;
  readonly says: string;
  readonly places: readonly MeshPlace[];
  readonly patch: MeshPatch | null;
}
