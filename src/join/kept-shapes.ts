import type { FailureGroup } from '../model/aggregate.ts';
import type { ShapeRef } from '../model/join.ts';
import { keyOfShape } from '../model/join.ts';
import type { Shape } from '../model/shape.ts';

/** The shapes that the caps of the failure groups let stay. */
export class KeptShapes {
  readonly #shapes = new Map<string, Shape>();
  readonly #groups = new Map<number, FailureGroup>();

  constructor(groups: readonly FailureGroup[]) {
    for (const group of groups) {
      this.#groups.set(group.hash, group);
      for (const { hash, shape } of group.shapes)
        this.#shapes.set(keyOfShape({ group: group.hash, shape: hash }), shape);
    }
  }

  get(ref: ShapeRef): Shape | undefined {
    return this.#shapes.get(keyOfShape(ref));
  }

  groupOf({ group }: ShapeRef): FailureGroup | undefined {
    return this.#groups.get(group);
  }

  /**
   * The shape under which a record is to be found. The requests of shapes that fell over the cap are shared out among
   * those of the group that stayed, and so are their records. Where the whole group fell over, there is none.
   */
  resolve(ref: ShapeRef): ShapeRef {
    if (this.get(ref) !== undefined) return ref;
    const kept = this.#groups.get(ref.group)?.shapes ?? [];
    const total = kept.reduce((sum, { requests }) => sum + requests, 0);
    let rest = ref.shape % Math.max(1, total);
    for (const { hash, requests } of kept) {
      rest -= requests;
      if (rest < 0) return { group: ref.group, shape: hash };
    }
    return ref;
  }
}
