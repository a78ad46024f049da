import type { Behaviour, Source, Theme } from '../model/behaviour.ts';

/** A behaviour as its file writes it. One of the three says how it is known. */
export type BehaviourSource = { readonly text: string } & (
  | {
      readonly documented: readonly [Source, ...Source[]];
      readonly observed?: string;
      readonly reasoned?: string;
    }
  | { readonly documented?: never; readonly observed: string; readonly reasoned?: string }
  | { readonly documented?: never; readonly observed?: never; readonly reasoned: string }
);

/** Makes the behaviours of one theme. Their names are the theme and the key of each: `limits.overflow`. */
export function defineBehaviours<const K extends string>(
  theme: Theme,
  sources: Readonly<Record<K, BehaviourSource>>,
): Readonly<Record<K, Behaviour>>;
export function defineBehaviours(
  theme: Theme,
  sources: Readonly<Record<string, BehaviourSource>>,
): Readonly<Record<string, Behaviour>> {
  return Object.fromEntries(
    Object.entries(sources).map(([key, { text, documented = [], observed = null, reasoned = null }]) => [
      key,
      { theme, name: `${theme}.${key}`, text, documented, observed, reasoned },
    ]),
  );
}
