import type { Behaviour } from '../model/behaviour.ts';
import type { Claim, Diagnosis, Judgement } from '../model/diagnosis.ts';
import type { Topic, Weight } from '../model/diagnosis-vocabulary.ts';
import type { GroupFacts } from '../model/group-facts.ts';
import type { ShapeView } from '../model/shape-view.ts';

/** Looks at one shape; `group` also at the facts around it. */
type Judge<S> =
  | { readonly when: (shape: S) => boolean; readonly group?: never }
  | { readonly group: (group: GroupFacts, shape: S) => Judgement; readonly when?: never };

/** What a claim speaks for or against, what it is about, and when it is true. */
export type ClaimStatement<S> = {
  readonly about: Topic;
  readonly claim: string;
  readonly otherwise?: Weight;
} & (
  | { readonly for: Weight; readonly against?: never }
  | { readonly against: Weight; readonly for?: never }
) &
  Judge<S>;

/** A claim as a diagnosis file writes it. */
type ClaimSource<S> = ClaimStatement<S> & {
  /** The behaviour, or the few, that give the claim its meaning. */
  readonly restsOn: Behaviour | readonly [Behaviour, Behaviour, ...Behaviour[]];
};

/** A diagnosis as its file writes it. `F`, taken from `reads`, limits what its functions may look at. */
export interface DiagnosisSource<F extends keyof ShapeView>
  extends Omit<
    Diagnosis,
    'evidence' | 'applies' | 'echoes' | 'benign' | 'claimsHealthy' | 'quiet' | 'versions'
  > {
  readonly reads: readonly F[];
  readonly applies: (shape: Pick<ShapeView, F>) => boolean;
  readonly echoes?: (shape: Pick<ShapeView, F>) => boolean;
  readonly benign?: (shape: Pick<ShapeView, F>) => boolean;
  readonly claimsHealthy?: boolean;
  readonly quiet?: boolean;
  readonly versions?: string;
  readonly evidence: readonly ClaimSource<Pick<ShapeView, F>>[];
}

/** Makes the one value that is a diagnosis. Touching a property that `reads` does not list is a type error. */
export function defineDiagnosis<const F extends keyof ShapeView>(source: DiagnosisSource<F>): Diagnosis {
  const { echoes = null, benign = null, claimsHealthy = false, quiet = false, versions = null } = source;
  return {
    ...source,
    echoes,
    benign,
    claimsHealthy,
    quiet,
    versions,
    evidence: source.evidence.map(toClaim),
  };
}

function toClaim<S>(source: ClaimSource<S>): Claim<S> {
  const { about, claim, otherwise, restsOn } = source;
  const { when, group } = source;
  return {
    supports: source.for !== undefined,
    weight: source.for ?? source.against,
    about,
    claim,
    ...(otherwise === undefined ? {} : { otherwise }),
    restsOn: 'text' in restsOn ? [restsOn] : restsOn,
    judge: group ?? ((_facts, shape) => when(shape)),
  };
}
