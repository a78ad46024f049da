import { describe, expect, test } from 'vitest';
import { diagnoses } from '../diagnoses/index.ts';
import type { Report } from '../src/model/report.ts';
import { analyseText } from './support/analyse.ts';
import { readSample } from './support/samples.ts';
import { disturb, later, rename } from './support/variants.ts';

/** The samples of every cause that fails requests, one record a line. */
const SAMPLES = diagnoses
  .filter(({ quiet }) => !quiet)
  .flatMap(({ id, samples }) =>
    samples.map(({ file }) => ({
      id,
      file: `${id}/${file}`,
      log: readSample(`${id}/${file}`),
    })),
  );
const LINED = SAMPLES.filter(({ log }) => !log.startsWith('{\n'));
/** Long enough that half of it is still a log; what only the rhythm of two proxies joins needs every line. */
const LONG = LINED.filter(({ file, log }) => log.split('\n').length > 36 && !/both-proxies/.test(file));
/** Half a log with fewer is another log. */
const ENOUGH_FAILURES = 2;
const CLEAN = rename(readSample('clean/quiet.log'));
/** What speaks against a cause may lie in the healthy lines, too. */
const SURER = 0.1;

/** A line of the proxy itself, which is no access line. */
const OF_THE_PROXY = /^(?:\d{4}-\d\d-\d\dT\S+Z\t|\[\d{4}-\d\d-\d\d )/m;

function idsOf({ findings }: Report): readonly string[] {
  return findings.map(({ diagnosis }) => diagnosis.id);
}

function answerOf({ findings }: Report): unknown {
  return findings.map(({ diagnosis, confidence, requests }) => [diagnosis.id, confidence, requests]);
}

function isRaised(status: string, id: string): boolean {
  return status !== 'benign' && id !== 'application-error';
}

interface Parts {
  readonly failing: string;
  readonly healthy: string;
}

/** The lines that count as failed or are claimed as such, each looked at by itself, and the others. */
async function readParts(log: string): Promise<Parts> {
  const [failing, healthy]: [string[], string[]] = [[], []];
  for (const line of log.trimEnd().split('\n')) {
    if (OF_THE_PROXY.test(line)) {
      failing.push(line);
      continue;
    }
    const { requests, findings } = await analyseText(`${line}\n`);
    const isBad = requests.failed > 0 || findings.length > 0;
    (isBad ? failing : healthy).push(line);
  }
  return { failing: `${failing.join('\n')}\n`, healthy: `${healthy.join('\n')}\n` };
}

const parts = new Map<string, Promise<Parts>>();

function partsOf(log: string): Promise<Parts> {
  const known = parts.get(log) ?? readParts(log);
  parts.set(log, known);
  return known;
}

const wholes = new Map<string, Promise<Report>>();

/** The report of a log as it is, which several tests compare theirs with. */
function reportOf(log: string): Promise<Report> {
  const known = wholes.get(log) ?? analyseText(log);
  wholes.set(log, known);
  return known;
}

const cases = (some: typeof SAMPLES) => some.map((sample) => [sample.file, sample] as const);

/** Each sample with the next one but some: another cause, in another topology. */
const PAIRS = LINED.flatMap((one, i) => {
  const other = LINED[(i + 37) % LINED.length];
  // What a proxy says of itself counts for every line, so it must not stand beside the lines of other proxies.
  const speaks = [one, other].some((sample) => OF_THE_PROXY.test(sample?.log ?? ''));
  return other === undefined || other.id === one.id || speaks
    ? []
    : [[one.file, other.file, one, other] as const];
});

describe('what changes nothing about a cause leaves the answer as it is', () => {
  test.for(cases(SAMPLES))('%s with other names, addresses and ports', async ([, { log }]) => {
    expect(answerOf(await analyseText(rename(log)))).toEqual(answerOf(await reportOf(log)));
  });

  test.for(cases(SAMPLES))('%s some months later', async ([, { log }]) => {
    expect(answerOf(await analyseText(later(log)))).toEqual(answerOf(await reportOf(log)));
  });

  test.for(cases(LINED))('%s with its lines in some disorder', async ([, { id, log }]) => {
    expect(idsOf(await analyseText(disturb(log)))[0]).toBe(id);
  });

  test.for(cases(LINED))('%s behind the healthy log of other services', async ([, { id, log }]) => {
    expect(idsOf(await analyseText(`${CLEAN}${log}`))[0]).toBe(id);
  });

  test.for(cases(LONG))('%s with half of its lines', async ([, { id, log }]) => {
    const lines = log.trimEnd().split('\n');
    const halves = [0, 1].map((half) => lines.filter((_, i) => i % 2 === half));
    const reports = await Promise.all(halves.map((half) => analyseText(`${half.join('\n')}\n`)));
    const judged = reports.filter(({ requests }) => requests.failed >= ENOUGH_FAILURES);
    expect(judged).not.toHaveLength(0);
    expect(judged.map((report) => idsOf(report)[0])).toEqual(judged.map(() => id));
  });

  test.for(PAIRS)('%s is found in one log with %s', async ([, , one, other]) => {
    const ids = idsOf(await analyseText(`${one.log}${rename(other.log)}`));
    expect(ids).toEqual(expect.arrayContaining([one.id, other.id]));
  });
});

describe('without its failures', () => {
  test.for(cases(LINED))('%s raises nothing', async ([, { log }]) => {
    const { findings } = await analyseText(`${CLEAN}${(await partsOf(log)).healthy}`);
    expect(findings.filter(({ status, diagnosis }) => isRaised(status, diagnosis.id))).toEqual([]);
  });
});

describe('with failures only', () => {
  test.for(cases(LINED))('%s gets a sane answer, and no surer one', async ([, { id, log }]) => {
    const whole = await reportOf(log);
    const { findings } = await analyseText((await partsOf(log)).failing);
    const given = findings.flatMap(({ diagnosis, confidence, alternatives }) => [
      { id: diagnosis.id, confidence },
      ...alternatives,
    ]);
    const own = given.find((named) => named.id === id);
    expect(own).toBeDefined();
    expect(own?.confidence).toBeLessThanOrEqual((whole.findings[0]?.confidence ?? 0) + SURER);
  });
});
