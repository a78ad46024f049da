import type { FailureGroup } from '../model/aggregate.ts';
import type { ShapeRef } from '../model/join.ts';
import type { Shape } from '../model/shape.ts';

interface KeptGroup {
  /** Undefined when it fell over the caps as a whole. */
  readonly group: FailureGroup | undefined;
  /** Of every shape that was asked for, the one under which it is to be found. */
  readonly refs: Map<number, ShapeRef>;
}

/** The shapes that the caps of the failure groups let stay. */
export class KeptShapes {
  /** There is one ref for each shape, so that it can be looked up as it is: names take far longer to make. */
  readonly #shapes = new Map<ShapeRef, Shape>();
  readonly #groups = new Map<number, KeptGroup>();

  constructor(groups: readonly FailureGroup[]) {
    for (const group of groups) {
      const refs = new Map<number, ShapeRef>();
      this.#groups.set(group.hash, { group, refs });
      for (const { hash, shape } of group.shapes) {
        const ref = { group: group.hash, shape: hash };
        refs.set(hash, ref);
        this.#shapes.set(ref, shape);
      }
    }
  }

  /** The shape of a ref that `resolve` gave; undefined when its whole group fell over the cap. */
  get(ref: ShapeRef): Shape | undefined {
    return this.#shapes.get(ref);
  }

  groupOf({ group }: ShapeRef): FailureGroup | undefined {
    return this.#groups.get(group)?.group;
  }

  /**
   * The shape under which a record is to be found. The requests of shapes that fell over the cap are shared out among
   * those of the group that stayed, and so are their records. Where the whole group fell over, there is none.
   */
  resolve(group: number, shape: number): ShapeRef {
    const { group: kept, refs } = this.#keptGroup(group);
    const known = refs.get(shape);
    if (known !== undefined) return known;
    const shapes = kept?.shapes ?? [];
    const total = shapes.reduce((sum, { requests }) => sum + requests, 0);
    let rest = shape % Math.max(1, total);
    const heir = shapes.find(({ requests }) => {
      rest -= requests;
      return rest < 0;
    });
    const ref = (heir && refs.get(heir.hash)) ?? { group, shape };
    refs.set(shape, ref);
    return ref;
  }

  #keptGroup(group: number): KeptGroup {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const fallen = { group: undefined, refs: new Map() };
    this.#groups.set(group, fallen);
    return fallen;
  }
}
