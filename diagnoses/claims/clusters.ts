import type { ShapeView } from '../../src/model/shape-view.ts';

/** Suffixes under which nothing is registered publicly: RFC 6762, RFC 8375, RFC 2606, ICANN for .internal, custom ones. */
const PRIVATE_SUFFIX = /\.(?:corp|global|home\.arpa|internal|lan|local|mesh|test)$/;

/** A name that only a private zone or the registry of the mesh knows: a ServiceEntry with it may list its endpoints itself. */
export function hasPrivateName(s: Pick<ShapeView, 'clusterHost'>): boolean {
  return PRIVATE_SUFFIX.test(s.clusterHost ?? '');
}
