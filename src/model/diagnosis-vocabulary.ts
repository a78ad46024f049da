/** Strength of a claim, as bits: the odds of a diagnosis double with each (`design/ranking.md` of the project). */
export const WEIGHT_BITS = { weak: 1, moderate: 2, strong: 4, decisive: 8 } as const;
export type Weight = keyof typeof WEIGHT_BITS;

/** How usual a cause is before any evidence, as bits. */
export const PRIOR_BITS = { common: 1, usual: 0, uncommon: -2, rare: -4 } as const;
export type Prior = keyof typeof PRIOR_BITS;

/** Families follow the request through the proxy. */
export const FAMILIES = ['routing', 'cluster', 'connection', 'stream', 'policy'] as const;
export type Family = (typeof FAMILIES)[number];

/** What a claim is about. Within a topic only the strongest point for and the strongest against count. */
export const TOPICS = [
  'flags',
  'details',
  'code',
  'transport',
  'cluster',
  'route',
  'authority',
  'sni',
  'address',
  'endpoint',
  'path',
  'caller',
  'protocol',
  'duration',
  'size',
  'history',
  'reuse',
  'burst',
  'peer',
  'policy',
  'proxyLog',
  'traffic',
  'configuration',
] as const;
export type Topic = (typeof TOPICS)[number];
