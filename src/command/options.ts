import { toMatcher } from '../model/glob.ts';
import {
  DEFAULT_REDACTION,
  DEFAULT_REDACTIONS,
  MORE_REDACTIONS,
  type Redaction,
  type RedactionRule,
} from '../model/redaction.ts';
import { REPORT_KINDS, type ReportKind } from '../model/report.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { suggest } from '../model/suggest.ts';
import { UserError } from '../model/user-error.ts';

/** One `-o KIND[=PATH]`; no path means standard output. */
export interface Output<K = ReportKind> {
  readonly kind: K;
  readonly path: string | null;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const STDOUT_PATHS: readonly string[] = ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];
/** As a time has to begin. */
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]|$)/i;
const DURATION = /^(?:\d+[smhdw])+$/;

function badOption(message: string, hint: string): UserError {
  return new UserError({ code: 'BAD_OPTION', message, hint });
}

/**
 * The outputs that were asked for; text to standard output when none was.
 *
 * @throws UserError for an unknown kind, and OUTPUT_CONFLICT for two on standard output or two in one file.
 */
export function parseOutputs(values: readonly string[]): readonly Output[] {
  return parseOutputsOf(REPORT_KINDS, values);
}

/** The same for a command that has other kinds of output. */
export function parseOutputsOf<K extends string>(
  kinds: readonly K[],
  values: readonly string[],
): readonly Output<K>[] {
  const outputs = (values.length === 0 ? ['text'] : values).map((value) => parseOutput(kinds, value));
  const targets = outputs.map(({ path }) => path ?? '-');
  const twice = targets.find((target, i) => targets.indexOf(target) !== i);
  if (twice === undefined) return outputs;
  throw new UserError({
    code: 'OUTPUT_CONFLICT',
    message:
      twice === '-'
        ? 'two outputs would both go to standard output'
        : `two outputs would both go to ${twice}`,
    hint: 'Give all but one a file: -o text -o json=report.json',
  });
}

function parseOutput<K extends string>(kinds: readonly K[], value: string): Output<K> {
  const [name = '', ...rest] = value.split('=');
  const kind = kinds.find((known) => known === name);
  const path = rest.join('=');
  if (kind === undefined) {
    throw badOption(
      `--output ${value}: there is no output of kind ${JSON.stringify(name)}`,
      `Known kinds: ${kinds.join(', ')}.`,
    );
  }
  if (rest.length > 0 && path === '')
    throw badOption(
      `--output ${value}: there is no path behind the =`,
      `Write ${kind}=FILE, or ${kind} for standard output.`,
    );
  return { kind, path: toOutputPath(path) };
}

/** Where an output goes, by what stands behind its `=`: null is standard output, whatever it is called. */
export function toOutputPath(path: string): string | null {
  return path === '' || STDOUT_PATHS.includes(path) ? null : path;
}

/** Milliseconds since the epoch of an RFC 3339 time, or of a duration before `nowMs` (`90m`, `2h`, `1h30m`). */
async function parseTime(option: string, value: string, nowMs: number): Promise<number> {
  if (DURATION.test(value)) return nowMs - toMs(value);
  // Alone it would take 90 for a century.
  if (DATE.test(value)) {
    const { parseISO } = await import('date-fns/parseISO');
    const timeMs = parseISO(value).getTime();
    if (!Number.isNaN(timeMs)) return timeMs;
  }
  throw badOption(
    `${option} ${value}: neither a time nor a duration`,
    'Give an RFC 3339 time such as 2026-11-21T03:00:00Z, or a duration before now such as 90m or 2h.',
  );
}

/**
 * The time that counts.
 *
 * @throws UserError for what is no time, and when it ends before it begins.
 */
export async function parseWindow(
  { since, until }: { readonly since?: string; readonly until?: string },
  nowMs: number,
): Promise<{ readonly sinceMs: number | null; readonly untilMs: number | null }> {
  const sinceMs = since === undefined ? null : await parseTime('--since', since, nowMs);
  const untilMs = until === undefined ? null : await parseTime('--until', until, nowMs);
  if (sinceMs !== null && untilMs !== null && sinceMs > untilMs) {
    throw badOption(
      `--since ${since} is after --until ${until}: no request can lie between them`,
      'Give the earlier time to --since. A duration is counted back from now.',
    );
  }
  return { sinceMs, untilMs };
}

function toMs(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhdw])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

/** Milliseconds of a duration such as `90d` or `1h30m`. */
export function parseDuration(option: string, value: string): number {
  if (DURATION.test(value) && toMs(value) > 0) return toMs(value);
  throw badOption(`${option} ${value}: not a duration`, `Write ${option} 90d or ${option} 12h.`);
}

/** A whole number from 1 on. */
export function parseCount(option: string, value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw badOption(`${option} ${value}: not a whole number from 1 on`, `Write ${option} 10.`);
}

/** A share from 0 to 1, as `0.7` or `70%`. */
export function parseShare(option: string, value: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(value) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (share <= 1) return share;
  throw badOption(`${option} ${value}: not a share from 0 to 1`, `Write ${option} 0.7 or ${option} 70%.`);
}

/** What `--suppress ID[=GLOB]` hides: a diagnosis everywhere, or where the glob matches the cluster or authority. */
export function parseSuppressions(
  values: readonly string[],
  knownIds: readonly string[],
): (id: string, scope: string) => boolean {
  const rules = values.map((value) => {
    const at = value.indexOf('=');
    const id = at < 0 ? value : value.slice(0, at);
    assertKnownId('--suppress', id, knownIds);
    if (at >= 0) assertGlobs('--suppress', [value.slice(at + 1)]);
    return { id, matches: at < 0 ? () => true : toMatcher([value.slice(at + 1)]) };
  });
  return (id, scope) => rules.some((rule) => rule.id === id && rule.matches(scope));
}

/** @throws UserError for a glob that matches no name there is, as an unset variable of a shell leaves it. */
export function assertGlobs(option: string, globs: readonly string[]): void {
  if (globs.every((glob) => glob.trim() !== '')) return;
  throw badOption(
    `${option}: the glob is empty, and matches nothing`,
    "Give a name in which * stands for anything, in quotes: '*reviews*'.",
  );
}

/** `/pattern/` or `/pattern/i`. */
const PATTERN = /^\/(.+)\/(i?)$/s;
const REDACTION_RULES: readonly RedactionRule[] = [...DEFAULT_REDACTIONS, ...MORE_REDACTIONS];

/**
 * What to take out of reports: the default and what `--redact` adds to it, or nothing with `--no-redact` (false).
 *
 * @throws UserError for a rule that there is not, and for a pattern that is none.
 */
export function parseRedaction(values: readonly string[] | false | undefined): Redaction | null {
  if (values === false) return null;
  const rules = new Set(DEFAULT_REDACTION.rules);
  const patterns: RegExp[] = [];
  for (const value of values ?? []) {
    const [, pattern, flags = ''] = PATTERN.exec(value) ?? [];
    const rule = REDACTION_RULES.find((known) => known === value);
    if (pattern !== undefined) patterns.push(compilePattern(value, pattern, flags));
    else if (rule !== undefined) rules.add(rule);
    else if (value !== 'default')
      throw badOption(
        `--redact ${value}: there is no such rule`,
        `Rules: ${MORE_REDACTIONS.join(', ')}, or a pattern such as /customer-\\d+/. Always on: ${DEFAULT_REDACTIONS.join(', ')}.`,
      );
  }
  return { rules, patterns };
}

function compilePattern(value: string, pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, `gu${flags}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badOption(
      `--redact ${value}: ${reason}`,
      'Write a regular expression of JavaScript between slashes.',
    );
  }
}

/** @throws UserError when the id is no diagnosis. */
export function assertKnownId(option: string, id: string, knownIds: readonly string[]): void {
  if (knownIds.includes(id)) return;
  const isFlag = RESPONSE_FLAG_TABLE.some(({ flag }) => flag === id.toUpperCase());
  throw badOption(
    `${option} ${id}: there is no diagnosis with this id`,
    isFlag
      ? `${id} is a response flag; the ids of its diagnoses are told by: faultline explain ${id}`
      : didYouMean(id, knownIds, 'List the ids with: faultline list'),
  );
}

/** Names what somebody may have meant; else what helps with any word. */
export function didYouMean(word: string, known: readonly string[], otherwise: string): string {
  const near = suggest(word, known);
  return near.length > 0 ? `Did you mean ${near.join(', ')}?` : otherwise;
}
