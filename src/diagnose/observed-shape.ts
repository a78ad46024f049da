import type { ShapeView } from '../model/shape-view.ts';

/** Which properties a derived one rests on, where one of them is enough to make it unknown. */
const RESTS_ON: Readonly<Partial<Record<keyof ShapeView, readonly (keyof ShapeView)[]>>> = {
  detailsName: ['responseCodeDetails'],
  resetReason: ['responseCodeDetails'],
  transportFailure: ['upstreamTransportFailureReason'],
  clusterDirection: ['upstreamCluster'],
  clusterHost: ['upstreamCluster'],
  clusterPort: ['upstreamCluster'],
  isExternalHost: ['upstreamCluster', 'upstreamHost'],
  authorityKind: ['authority'],
  authorityName: ['authority'],
  sniRelation: ['requestedServerName', 'authority'],
  upstreamIsDownstreamLocal: ['upstreamHost', 'downstreamLocalAddress'],
  authorityIsUpstream: ['authority', 'upstreamHost'],
  localPort: ['downstreamLocalAddress'],
  upstreamPort: ['upstreamHost'],
  upstreamIsPublic: ['upstreamHost'],
  localIsPublic: ['downstreamLocalAddress'],
};

/** The field of a property that is not named like its field. */
const FIELD_OF: Readonly<Record<string, string>> = {
  hasUpstreamLocalAddress: 'upstreamLocalAddress',
  hasUpstreamServiceTime: 'upstreamServiceTime',
  durationMs: 'duration',
};

/** The fields that must be logged for a property of the shape to be known, and are not. */
function missingBehind(property: keyof ShapeView, shape: ShapeView): readonly string[] {
  return (RESTS_ON[property] ?? [property])
    .filter((basis) => shape[basis] === undefined)
    .map((basis) => FIELD_OF[basis] ?? basis);
}

function propertiesOf(shape: ShapeView): readonly (keyof ShapeView)[] {
  const properties: (keyof ShapeView)[] = [];
  let property: keyof ShapeView;
  for (property in shape) properties.push(property);
  return properties;
}

/**
 * Shows one shape after the other to claims and notes which properties they looked at in vain, so that a claim that
 * needs a field which is not logged can be told from a claim that is false.
 */
export class ShapeObserver {
  /** What claims look at: always the shape that was set last. */
  readonly shape: ShapeView;
  #current: ShapeView;
  #missing: string[] = [];

  /** `onLook` is told of every property that a claim looks at. */
  constructor(first: ShapeView, onLook: ((property: keyof ShapeView) => void) | null = null) {
    this.#current = first;
    const descriptors: PropertyDescriptorMap = {};
    for (const property of propertiesOf(first)) {
      const get = this.#getterOf(property);
      const getAndTell = (): unknown => {
        onLook?.(property);
        return get();
      };
      descriptors[property] = { get: onLook === null ? get : getAndTell };
    }
    // Getters instead of a Proxy, and on a prototype: claims are judged for every shape. A Proxy costs twenty times as
    // much, and an object with so many properties of its own is a dictionary to the engine.
    this.shape = Object.create(Object.create(null, descriptors));
  }

  #getterOf(property: keyof ShapeView): () => unknown {
    return () => {
      const value = this.#current[property];
      if (value === undefined) this.#missing.push(...missingBehind(property, this.#current));
      return value;
    };
  }

  show(shape: ShapeView): void {
    this.#current = shape;
    this.#missing = [];
  }

  /** Fields that were looked at in vain since the last call. */
  takeMissing(): readonly string[] {
    const missing = this.#missing;
    if (missing.length > 0) this.#missing = [];
    return missing;
  }
}
