import { readFileSync } from 'node:fs';
import { FactsOfGroup } from '../../src/diagnose/facts-of-group.ts';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import { toQuietGroups } from '../../src/diagnose/quiet-traffic.ts';
import { ShapeFacts } from '../../src/diagnose/shape-facts.ts';
import { TrafficIndex } from '../../src/diagnose/traffic-index.ts';
import { joinHops } from '../../src/join/join-hops.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import type { Diagnosis, Judgement } from '../../src/model/diagnosis.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { readLines, readPart } from '../aggregate/reading.ts';
import { partSides, SIDE_FORMATS } from '../support/two-sides.ts';

/** What a diagnosis did with the failures of a log. */
export interface Observation {
  /** Properties of shapes that its functions looked at. */
  readonly read: ReadonlySet<string>;
  /** Claims that held for a shape to which it applies. */
  readonly met: ReadonlySet<string>;
}

function holds(judgement: Judgement): boolean {
  return judgement !== null && judgement !== false;
}

/** The shape, noting every property that is looked at. */
function recording(shape: ShapeView, read: Set<string>): ShapeView {
  return new Proxy(shape, {
    get: (target, property, receiver) => {
      read.add(String(property));
      return Reflect.get(target, property, receiver);
    },
  });
}

/** The failures of a log, indexed. */
export function indexOf(path: string): TrafficIndex {
  return toIndex(readLines(readFileSync(path, 'utf8').split('\n')));
}

/** Those of a log with the lines of two proxies, in Envoy's own format and each proxy's in a log of its own. */
export function indexOfTwo(path: string): TrafficIndex {
  const sides = partSides(readFileSync(path, 'utf8'));
  return indexOfLogs(...Object.values(sides).map((lines) => lines.map(SIDE_FORMATS.plain)));
}

/** Those of several logs. */
export function indexOfLogs(...logs: readonly (readonly string[])[]): TrafficIndex {
  return toIndex(readPart(logs.map((lines, i) => ({ path: `proxy-${i}.log`, continues: false, lines }))));
}

function toIndex(aggregate: Aggregate): TrafficIndex {
  return new TrafficIndex(aggregate, joinHops(aggregate));
}

/** Shows every failing shape of a log to a diagnosis. */
export function observe(diagnosis: Diagnosis, index: TrafficIndex): Observation {
  const read = new Set<string>();
  const met = new Set<string>();
  for (const factsOfGroup of groupsFor(diagnosis, index)) {
    for (const view of factsOfGroup.view.views) {
      const facts = new ShapeFacts(factsOfGroup, view);
      for (const claim of ask(diagnosis, recording(view, read), facts)) met.add(claim);
    }
  }
  return { read, met };
}

/** The groups that a diagnosis is asked about. */
function groupsFor({ quiet, claimsHealthy }: Diagnosis, index: TrafficIndex): readonly FactsOfGroup[] {
  if (quiet)
    return toQuietGroups(index.aggregate).map(({ view, facts }) => new FactsOfGroup(view, index, facts));
  return index.groups
    .filter(({ failed }) => failed || claimsHealthy)
    .map((group) => new FactsOfGroup(group, index));
}

/** Asks a diagnosis all it can be asked of a shape; returns the claims that hold. */
function ask(diagnosis: Diagnosis, shape: ShapeView, facts: GroupFacts): readonly string[] {
  diagnosis.echoes?.(shape);
  if (!diagnosis.applies(shape)) return [];
  diagnosis.benign?.(shape);
  return diagnosis.evidence.filter(({ judge }) => holds(judge(facts, shape))).map(({ claim }) => claim);
}

/**
 * Properties that a diagnosis looks at when its own samples log less than they do: real lines alone leave out what
 * stands behind an `||` whose first side they all pass. Stops when all of `wanted` were looked at.
 */
export function readWithLess(
  diagnosis: Diagnosis,
  index: TrafficIndex,
  wanted: readonly string[],
): ReadonlySet<string> {
  const read = new Set<string>();
  for (const group of groupsFor(diagnosis, index)) {
    const facts = new ShapeFacts(group, group.view.shape);
    for (const less of lesserShapes(group.view.shape)) {
      if (wanted.every((property) => read.has(property))) return read;
      const shape = recording(less, read);
      diagnosis.echoes?.(shape);
      diagnosis.applies(shape);
      diagnosis.benign?.(shape);
      for (const { judge } of diagnosis.evidence) judge(facts, shape);
    }
  }
  return read;
}

/** The shape with one or two of its properties absent, not logged, or changed. */
function* lesserShapes(shape: ShapeView): Generator<ShapeView> {
  const names = Object.keys(shape).filter((name) => name !== 'responseFlags' && name !== 'layer');
  const changes: readonly object[] = [
    ...names.flatMap((name) => [{ [name]: null }, { [name]: undefined }]),
    { responseFlags: [] },
    { layer: shape.layer === 'tcp' ? 'http' : 'tcp' },
    { responseCode: 0 },
    { responseCode: 200 },
  ];
  for (const one of changes) for (const other of changes) yield { ...shape, ...one, ...other };
}

/** Claims that hold for a shape of which nothing is logged, in a log that holds nothing else. */
export function judgeEmptyShape({ evidence }: Diagnosis): readonly string[] {
  const aggregate = readLines(['status=503 response_flags=UF']);
  const [group] = aggregate.groups;
  const [counted] = group?.shapes ?? [];
  if (group === undefined || counted === undefined) throw new Error('the line did not fail');
  const index = new TrafficIndex({
    ...aggregate,
    groups: [{ ...group, shapes: [{ ...counted, shape: EMPTY_SHAPE }] }],
  });
  const [view] = index.groups;
  if (view === undefined) throw new Error('the group was lost');
  const shape = toShapeView(EMPTY_SHAPE);
  const facts = new ShapeFacts(new FactsOfGroup(view, index), shape);
  return evidence.filter(({ judge }) => holds(judge(facts, shape))).map(({ claim }) => claim);
}
