import { type ClaimStatement, defineDiagnosis } from '../../src/diagnose/define.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import type { Prior, Topic, Weight } from '../../src/model/diagnosis-vocabulary.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

type Reads = keyof ShapeView;

/** What a test says of a diagnosis; the rest is filled in. */
export interface Toy {
  readonly id: string;
  readonly prior?: Prior;
  readonly applies?: (shape: ShapeView) => boolean;
  readonly echoes?: (shape: ShapeView) => boolean;
  readonly benign?: (shape: ShapeView) => boolean;
  readonly claimsHealthy?: boolean;
  readonly evidence?: readonly ClaimStatement<ShapeView>[];
  readonly confusedWith?: Diagnosis['confusedWith'];
  readonly confirm?: Diagnosis['confirm'];
  readonly fixes?: Diagnosis['fixes'];
  readonly cause?: string;
  /** Known only from composed samples. */
  readonly unobserved?: boolean;
}

const TOY_BEHAVIOUR: Behaviour = {
  theme: 'chance',
  name: 'chance.toy',
  text: 'Toys do what they are told.',
  documented: [],
  observed: null,
  reasoned: 'tests judge how claims are weighed, not what they rest on',
};

/** A diagnosis that applies to every shape unless it is told otherwise. */
export function toy({ id, unobserved = false, evidence = [], ...parts }: Toy): Diagnosis {
  return defineDiagnosis<Reads>({
    id,
    family: 'connection',
    title: `Title of ${id}`,
    prior: 'usual',
    flags: [],
    reads: [],
    applies: () => true,
    cause: `Cause of ${id}`,
    evidence: evidence.map((claim) => ({ ...claim, restsOn: TOY_BEHAVIOUR })),
    confusedWith: [],
    confirm: [],
    fixes: [],
    sources: [],
    samples: [{ file: 'sample.log', origin: unobserved ? 'composed' : 'captured', from: 'a test' }],
    ...parts,
  });
}

/** True for shapes with the flag. */
export function hasFlag(flag: string): (shape: ShapeView) => boolean {
  return (shape) => shape.responseFlags.includes(flag);
}

/** A claim for that looks at one shape. */
export interface SeenClaim {
  readonly for: Weight;
  readonly about: Topic;
  readonly claim: string;
  readonly when: (shape: ShapeView) => boolean;
}

/** A claim for, which holds everywhere. */
export function always(weight: Weight, about: Topic = 'flags'): SeenClaim {
  return { for: weight, about, claim: `${weight} for, about ${about}`, when: () => true };
}

/** A claim for that leaves no doubt. */
export const SURE = always('decisive');
/** Sure of every failure with the flag UF. */
export const UF = toy({ id: 'uf', applies: hasFlag('UF'), evidence: [SURE] });
/** Sure of every failure with the flag UH. */
export const UH = toy({ id: 'uh', applies: hasFlag('UH'), evidence: [SURE] });

/** Three diagnoses that share most failures among them: each asks for other facts of the log. */
export const TOYS: readonly Diagnosis[] = [
  toy({
    id: 'refused',
    prior: 'common',
    applies: (s) => s.responseFlags.includes('UF') || s.responseFlags.includes('UC'),
    echoes: hasFlag('UH'),
    evidence: [
      {
        for: 'decisive',
        about: 'transport',
        claim: 'refused',
        when: (s) => s.transportFailure === 'refused',
        otherwise: 'moderate',
      },
      { for: 'strong', about: 'endpoint', claim: 'all on one endpoint', group: (g) => g.onOneEndpoint },
      {
        against: 'strong',
        about: 'endpoint',
        claim: 'some succeed in between',
        group: (g) => g.endpointHistory && g.endpointHistory === 'interleaved',
      },
    ],
    confusedWith: [{ id: 'race', tellApart: 'Is {upstreamHost} up?' }],
    confirm: [{ run: 'curl http://{authority}{path}', expect: '{responseCode} from {host}' }],
  }),
  toy({
    id: 'race',
    prior: 'uncommon',
    applies: (s) => s.layer === 'http' && s.responseFlags.length > 0,
    evidence: [
      {
        for: 'decisive',
        about: 'reuse',
        claim: 'equal gaps',
        group: (g) => (g.reuse === null ? null : g.reuse.isConstant),
      },
      {
        for: 'moderate',
        about: 'reuse',
        claim: 'answered before',
        group: (g) => g.reuse && g.reuse.reused > 0,
      },
      { for: 'weak', about: 'path', claim: 'all on one path', group: (g) => g.onOnePath },
      {
        against: 'weak',
        about: 'duration',
        claim: 'slow',
        group: (g) => g.durations && g.durations.medianMs > 9,
      },
    ],
  }),
  toy({
    id: 'short-tcp',
    applies: (s) => s.layer === 'tcp',
    claimsHealthy: true,
    benign: (s) => (s.bytesSent ?? 0) > 0,
    echoes: hasFlag('UF'),
    evidence: [
      { for: 'moderate', about: 'size', claim: 'seven bytes', when: (s) => s.bytesSent === 7 },
      { for: 'weak', about: 'caller', claim: 'one caller', group: (g) => g.fromOneCaller },
      { for: 'weak', about: 'peer', claim: 'the peer fails too', group: (g) => g.pairedWith(() => true) > 0 },
    ],
  }),
];
