import { DEFAULT_REDACTION, type Redaction } from '../model/redaction.ts';
import type { Report, ReportSample } from '../model/report.ts';
import { addressesIn } from './address.ts';
import { HostNames, hostsOfMesh } from './host-names.ts';
import { mapTexts } from './map-texts.ts';
import { Pseudonyms, SameName } from './pseudonyms.ts';
import { type FieldReader, LineRedactor } from './redact-line.ts';
import { toFillIn } from './redacted-commands.ts';

/** Keys whose values are words of the program: a host may be called so too. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'id',
  'family',
  'doc',
  'status',
  'reporter',
  'about',
  'url',
  'title',
  'format',
  'name',
  'version',
  'role',
  'outcome',
  'place',
]);
/** The object whose keys are flags as they were logged, known or not. */
const KEYS_FROM_LOG = 'byResponseFlag';
/** `authority https://shop.example`: sentences name the host only. */
const SCHEME = /^(?:authority )?(?:[a-z]+:\/\/)?/;

/** Texts of the report that name places of the mesh, and are shown. */
function placesIn({ findings, failures, unexplained, traffic, comparison }: Report): readonly string[] {
  const scopes = findings.flatMap((finding) => finding.scopes);
  return [
    ...scopes.flatMap(({ upstreamCluster, authority, upstreamHosts }) => [
      upstreamCluster ?? '',
      authority ?? '',
      ...upstreamHosts,
    ]),
    ...findings.flatMap(({ hop }) =>
      (hop?.path ?? []).flatMap(({ role, address }) => (role === 'caller' ? [] : (address ?? []))),
    ),
    ...failures.map(({ scope }) => scope),
    ...traffic.map(({ scope }) => scope),
    ...(comparison?.changes ?? []).map(({ scope }) => scope),
    ...unexplained.groups.map(({ upstreamCluster }) => upstreamCluster ?? ''),
  ];
}

/** Texts of the report that come out of the mesh configuration, which may name hosts that no line does. */
function meshTextsIn({ findings }: Report): readonly string[] {
  return findings.flatMap(({ meshConfig, fixes }) => [
    ...meshConfig.flatMap(({ resource, says }) => [resource, says]),
    ...fixes.flatMap(({ diff, yaml }) => (diff === undefined ? [] : [diff, yaml ?? ''])),
  ]);
}

/** Log lines of the report, those of the first finding first. */
function linesIn({ findings, unexplained, rejected }: Report): readonly string[] {
  const samples: readonly (ReportSample | null)[] = [
    ...findings.flatMap((finding) => finding.samples),
    ...unexplained.groups.map(({ sample }) => sample),
    ...rejected,
  ];
  return samples.flatMap((sample) => sample?.text ?? []);
}

type Renaming = readonly [value: string, name: string];

/** Replaces values that hold what is to be taken out, in the sentences that name them too. */
function rename(renamings: readonly Renaming[]): (text: string) => string {
  const renamed = renamings.filter(([value, name]) => value !== name).sort(([a], [b]) => b.length - a.length);
  return (text) => renamed.reduce((shown, [value, name]) => shown.replaceAll(value, name), text);
}

/** Values of the log and names of files, which sentences repeat. */
function renamings(report: Report, places: ReadonlySet<string>, line: LineRedactor): readonly Renaming[] {
  const { findings, inputs } = report;
  // A place stands in many scopes, tables and findings.
  const paths = new Set(findings.flatMap(({ scopes }) => scopes.flatMap(({ paths: found }) => found)));
  const schemeless = Array.from(places, (place) => place.replace(SCHEME, ''));
  return [
    ...Array.from(paths, (path): Renaming => [path, line.redactPath(path)]),
    ...Array.from(new Set([...places, ...schemeless]), (place): Renaming => [place, line.redactPlace(place)]),
    ...inputs.map(({ path }): Renaming => [path, line.redactValue(path)]),
  ];
}

/**
 * The report without what is not to leave the terminal. Values are replaced by names, the same value by the same name
 * wherever it stands. Fingerprints, clusters, authorities and endpoints stay, unless a rule names them. Pure.
 */
export function redactReport(report: Report, redaction: Redaction, readFields: FieldReader): Report {
  const names = new Pseudonyms();
  const places = new Set(placesIn(report));
  const line = new LineRedactor(redaction, names, readFields, [...places].flatMap(addressesIn));
  const hosts = redaction.rules.has('host')
    ? new HostNames(names, [...placesIn(report), ...hostsOfMesh(meshTextsIn(report))])
    : null;
  const lines = linesIn(report);
  for (const text of lines) line.learn(text);
  // Callers first: the most frequent one of the first finding is client-1.
  const callers = new Set(report.findings.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.callers)));
  for (const caller of [...callers].flatMap(addressesIn)) line.nameClient(caller);
  const redacted = new Map(lines.map((text) => [text, line.redactLine(text)]));
  const renamed = rename(renamings(report, places, line));
  const sentences = new Map<string, string>();
  const redactSentence = (text: string): string => {
    let shown = sentences.get(text);
    if (shown === undefined) {
      shown = line.redactSentence(text);
      sentences.set(text, shown);
    }
    return shown;
  };
  const redactOther = (key: string, text: string): string => {
    if (key !== 'fingerprint') return redactSentence(text);
    // `connection-refused@my.cluster` is no address of an email.
    const [id = '', ...place] = text.split('@');
    return [id, ...(place.length === 0 ? [] : [redactSentence(place.join('@'))])].join('@');
  };
  const redactText = (value: string, key: string): string => {
    // The values of `text` are lines of the log, or sentences.
    const shown = (key === 'text' ? redacted.get(value) : undefined) ?? redactOther(key, renamed(value));
    return hosts === null || OWN_WORDS.has(key) ? shown : hosts.replace(shown);
  };
  // Every text of the report passes here, those of fields to come included.
  const copy = mapTexts(report, {
    text: redactText,
    keyedByTexts: KEYS_FROM_LOG,
    key: redactSentence,
  });
  const findings = copy.findings.map((finding, i) => ({
    ...finding,
    confirm: finding.confirm.map((check, j) => toFillIn(check, report.findings[i]?.confirm[j]?.run, names)),
  }));
  return { ...copy, findings, redaction: { rules: [...redaction.rules], values: names.counts() } };
}

/**
 * The report with the same word for every secret in the name of a place, for what is remembered from run to run: there
 * numbered names would stand for another secret each time. Mostly the report itself. Pure.
 */
export function maskPlaces(report: Report): Report {
  const line = new LineRedactor(DEFAULT_REDACTION, new SameName(), () => null, []);
  const places = [...new Set(placesIn(report))].filter((place) => line.redactPlace(place) !== place);
  if (places.length === 0) return report;
  const masked = rename(
    places
      .flatMap((place) => [place, place.replace(SCHEME, '')])
      .map((place) => [place, line.redactPlace(place)]),
  );
  return mapTexts(report, { text: masked });
}

/** One log line, for a message that stands outside of any report. */
export function redactLogLine(line: string, readFields: FieldReader): string {
  return new LineRedactor(DEFAULT_REDACTION, new Pseudonyms(), readFields, []).redactLine(line);
}
