import type { ShapeView } from '../model/shape-view.ts';

/** Which field a property rests on, where it is not the field of its own name. */
const RESTS_ON: Readonly<Record<string, string>> = {
  detailsName: 'responseCodeDetails',
  resetReason: 'responseCodeDetails',
  transportFailure: 'upstreamTransportFailureReason',
  clusterDirection: 'upstreamCluster',
  clusterHost: 'upstreamCluster',
  clusterPort: 'upstreamCluster',
  isExternalHost: 'upstreamCluster',
  authorityKind: 'authority',
  authorityName: 'authority',
  sniRelation: 'requestedServerName',
  upstreamIsDownstreamLocal: 'downstreamLocalAddress',
  authorityIsUpstream: 'upstreamHost',
  localPort: 'downstreamLocalAddress',
  upstreamPort: 'upstreamHost',
  upstreamIsPublic: 'upstreamHost',
  localIsPublic: 'downstreamLocalAddress',
  hasUpstreamLocalAddress: 'upstreamLocalAddress',
  hasUpstreamServiceTime: 'upstreamServiceTime',
  durationMs: 'duration',
};

/** The field that must be logged for a property of a shape to be known. */
export function fieldBehind(property: string): string {
  return RESTS_ON[property] ?? property;
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

  constructor(first: ShapeView) {
    this.#current = first;
    const descriptors: PropertyDescriptorMap = {};
    let property: keyof ShapeView;
    for (property in first) descriptors[property] = { get: this.#getterOf(property) };
    // Getters on one object instead of a Proxy: claims are judged for every shape, and a Proxy costs twenty times as much.
    this.shape = Object.create(null, descriptors);
  }

  #getterOf(property: keyof ShapeView): () => unknown {
    return () => {
      const value = this.#current[property];
      if (value === undefined) this.#missing.push(fieldBehind(property));
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
