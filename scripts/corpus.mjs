// @ts-check
// Labelled logs, for fitting and for the table of confusions: a case is a set of files that belong together and, for each
// of its causes, the diagnosis ids that are right.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @typedef {object} Case
 * @property {string} set which set it belongs to
 * @property {string} name
 * @property {string[]} paths
 * @property {string[][]} causes accepted ids per cause, the exact one first; none for a healthy log
 * @property {boolean} decidable whether the lines alone can tell
 */

/** A mended mesh whose log holds errors of the application on purpose. */
const SEEDED_WITH_ERRORS = 'outlier-ejects-all-fixed';

/** Files of a folder whose names match, sorted. */
function filesIn(/** @type {string} */ folder, /** @type {RegExp} */ pattern) {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** @returns {string[][]} without repetitions */
function distinct(/** @type {string[][]} */ causes) {
  return [...new Map(causes.map((ids) => [ids.join(), ids])).values()];
}

/** @returns {Case[]} the samples of this repository: the folder is the answer */
function readSamples(/** @type {string} */ root) {
  const folder = join(root, 'samples');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'mixed')
    .flatMap(({ name }) =>
      filesIn(join(folder, name), /\.log$/).map((path) => ({
        set: 'samples',
        name: `${name}/${path.split('/').pop()}`,
        paths: [path],
        causes: name === 'clean' ? [] : [[name]],
        decidable: true,
      })),
    );
}

/** @returns {Case[]} cases of a lab: a folder each, with the logs in several formats and a truth.json */
function readLab(/** @type {string} */ folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const truth = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8'));
      const causes = distinct(truth.causes.map((/** @type {{accept: string[]}} */ { accept }) => accept));
      return ['text', 'json', 'envoy-default'].map((format) => ({
        set: format === 'envoy-default' ? 'default' : 'lab',
        name: `${name}:${format}`,
        paths: filesIn(join(folder, name), new RegExp(`(^|\\.)${format}\\.log`)),
        causes,
        decidable: true,
      }));
    });
}

/** @returns {Case[]} published lines, one case a line of JSON */
function readField(/** @type {string} */ file) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-field-'));
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { id, lines, accept, decidable = true } = JSON.parse(line);
      const path = join(folder, `${id}.log`);
      writeFileSync(path, `${lines.join('\n')}\n`);
      return { set: 'field', name: id, paths: [path], causes: [accept], decidable };
    });
}

/** @returns {Case[]} meshes with one fault each, broken and mended; the log alone, without the configuration */
function readMeshes(/** @type {string} */ folder) {
  return readdirSync(folder)
    .sort()
    .filter((name) => name !== SEEDED_WITH_ERRORS)
    .map((name) => {
      const { accept } = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8'));
      return {
        set: 'istio',
        name,
        paths: filesIn(join(folder, name), /\.log$/),
        causes: name.endsWith('-broken') ? [accept] : [],
        decidable: true,
      };
    });
}

/**
 * All labelled cases: those of the corpus folder if there is one, else the samples of this repository.
 * @param {string} root of the repository
 * @param {string} corpus folder with envoy-lab/, istio-lab/ and field-cases.jsonl
 * @returns {Case[]}
 */
export function readCases(root, corpus) {
  const lab = join(corpus, 'envoy-lab');
  const field = join(corpus, 'field-cases.jsonl');
  const meshes = join(corpus, 'istio-lab');
  const cases = [
    ...(existsSync(lab) ? readLab(lab) : []),
    ...(existsSync(field) ? readField(field) : []),
    ...(existsSync(meshes) ? readMeshes(meshes) : []),
  ];
  return cases.length > 0 ? cases : readSamples(root);
}

/**
 * Honesty of a report, lower is better: (1 − m)² + Σ p² over the wrong ones, where m is what the first finding and its
 * alternatives give to right ids. 1 when nothing was found.
 * @param {import('../src/model/report.ts').Report} report
 * @param {string[][]} causes
 */
export function brierOf(report, causes) {
  const right = new Set(causes.flat());
  const [finding] = report.findings;
  if (finding === undefined) return 1;
  const given = [{ id: finding.diagnosis.id, confidence: finding.confidence }, ...finding.alternatives];
  const m = given.filter(({ id }) => right.has(id)).reduce((sum, { confidence }) => sum + confidence, 0);
  const wrong = given
    .filter(({ id }) => !right.has(id))
    .reduce((sum, { confidence }) => sum + confidence ** 2, 0);
  return (1 - Math.min(1, m)) ** 2 + wrong;
}
