import type { Behaviour, Source } from './behaviour.ts';
import type { Family, Prior, Topic, Weight } from './diagnosis-vocabulary.ts';
import type { Coincidence, GroupFacts } from './group-facts.ts';
import type { ShapeView } from './shape-view.ts';

/** Result of a claim: `null` when the log cannot judge it. */
export type Judgement = boolean | null | Coincidence;

/**
 * One sentence that is true or false by looking at the log. `when` looks at one shape; `group` also at the facts of all
 * records around it. A claim that touches a field which the format lacks, and is not true, counts as not judged.
 */
export interface Claim<S = ShapeView> {
  readonly supports: boolean;
  readonly weight: Weight;
  readonly about: Topic;
  readonly claim: string;
  /** Points against (for a claim against: points for) when it was judged and is false. */
  readonly otherwise?: Weight;
  /** What makes it true of a log: see `diagnoses/behaviours`. */
  readonly restsOn: readonly Behaviour[];
  readonly judge: (group: GroupFacts, shape: S) => Judgement;
}

interface Lookalike {
  readonly id: string;
  /** The one observation that decides between the two. */
  readonly tellApart: string;
}

/** A command that tells whether the diagnosis is right. */
export interface Confirmation {
  /** A command; `{pod}`, `{cluster}`, `{authority}` … are filled in from the finding. */
  readonly run: string;
  /** What its output shows when the diagnosis is right. */
  readonly expect: string;
}

/** What mends the cause, with YAML where that helps. */
export interface Fix {
  readonly text: string;
  readonly yaml?: string;
}

const SAMPLE_ORIGINS = ['captured', 'quoted', 'composed'] as const;

/** A log under `samples/<id>/` that this diagnosis must rank first. */
export interface DiagnosisSample {
  readonly file: string;
  readonly origin: (typeof SAMPLE_ORIGINS)[number];
  /** Where a captured or quoted log comes from, or which documented signature a composed one follows. */
  readonly from: string;
}

/** A cause and everything that is known about it: one plain value, from which every text is rendered. */
export interface Diagnosis {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly prior: Prior;
  /** Flags under which it is filed; not a condition. */
  readonly flags: readonly string[];
  /** Properties of shapes that its functions look at; `defineDiagnosis` sees to it that they look at no others. */
  readonly reads?: readonly (keyof ShapeView)[];
  /** Gate: may this shape have this cause at all? */
  readonly applies: (shape: ShapeView) => boolean;
  /** Lines that the same fault leaves at the other hop, or as its consequence; folded into the finding. */
  readonly echoes: ((shape: ShapeView) => boolean) | null;
  /** Claims records that have not failed by the contract's rule (double TLS). */
  readonly claimsHealthy: boolean;
  /** Fails no request: the cause shows in traffic that succeeds, and only the configuration of the mesh can prove it. */
  readonly quiet: boolean;
  /** Not a fault of the mesh: the finding is shown as benign. */
  readonly benign: ((shape: ShapeView) => boolean) | null;
  readonly cause: string;
  readonly evidence: readonly Claim[];
  readonly confusedWith: readonly Lookalike[];
  readonly confirm: readonly Confirmation[];
  readonly fixes: readonly Fix[];
  /** Versions of Istio or Envoy in which it looks like this, in words; null for all. */
  readonly versions: string | null;
  readonly sources: readonly Source[];
  readonly samples: readonly DiagnosisSample[];
}
