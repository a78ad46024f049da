import type { GroupFacts } from '../model/group-facts.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { ShapeObserver } from './observed-shape.ts';

/**
 * Words of proxies and what follows from them, not names of a mesh: a log has a thousand shapes of a few dozen kinds. Only
 * speed depends on which properties are in the list.
 */
const KIND_PROPERTIES = [
  'responseCode',
  'layer',
  'detailsName',
  'resetReason',
  'transportFailure',
  'clusterDirection',
  'mixerStatus',
  'connectionTerminationDetails',
  'hasUpstreamLocalAddress',
  'hasUpstreamServiceTime',
  'isExternalHost',
  'authorityKind',
  'sniRelation',
  'upstreamIsDownstreamLocal',
  'authorityIsUpstream',
  'upstreamIsPublic',
  'localIsPublic',
] as const satisfies readonly (keyof ShapeView)[];

const OF_KIND: ReadonlySet<keyof ShapeView> = new Set([...KIND_PROPERTIES, 'responseFlags'] as const);

interface Node<T> {
  readonly next: Map<unknown, Node<T>>;
  value: T | null;
}

/** Remembers something for each kind of shape. */
export class Kinds<T> {
  readonly #root: Node<T> = { next: new Map(), value: null };

  /** What is remembered for the kind of this shape; made of the first one. */
  of(shape: ShapeView, make: (first: ShapeView) => T): T {
    let node = step(this.#root, shape.responseFlags.join());
    for (let i = 0; i < KIND_PROPERTIES.length; i++) {
      const property = KIND_PROPERTIES[i];
      if (property !== undefined) node = step(node, shape[property]);
    }
    node.value ??= make(shape);
    return node.value;
  }
}

function step<T>(from: Node<T>, value: unknown): Node<T> {
  let node = from.next.get(value);
  if (node === undefined) {
    node = { next: new Map(), value: null };
    from.next.set(value, node);
  }
  return node;
}

/** An answer, and whether it would be the same for all shapes of the kind. */
export interface Watched<T> {
  readonly answer: T;
  readonly isOfKind: boolean;
}

/** Watches what rules look at: only what all shapes of a kind share, or also something else. */
export class KindWatch {
  readonly #observer: ShapeObserver;
  #looksBeyond = false;

  constructor(first: ShapeView) {
    this.#observer = new ShapeObserver(first, (property) => {
      if (!OF_KIND.has(property)) this.#looksBeyond = true;
    });
  }

  /** Shows a shape to `ask`. */
  ask<T>(shape: ShapeView, ask: (observer: ShapeObserver) => T): Watched<T> {
    this.#observer.show(shape);
    this.#looksBeyond = false;
    const answer = ask(this.#observer);
    return { answer, isOfKind: !this.#looksBeyond };
  }

  /** The facts of a group, which are never those of a kind. */
  watched(facts: GroupFacts): GroupFacts {
    return new Proxy(facts, {
      get: (target, property) => {
        this.#looksBeyond = true;
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}
