import { toMatcher } from '../model/glob.ts';
import { UserError } from '../model/user-error.ts';
import { readOptionFile } from './option-file.ts';

/** What is hidden, by whose reason, until when. */
interface Suppression {
  readonly id: string;
  readonly scope: string | null;
  readonly reason: string;
  readonly untilMs: number;
  readonly until: string;
}

/** The suppressions of a file: those in force, and a note on each that has expired. */
export interface Suppressions {
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
  readonly notes: readonly string[];
}

export const NO_SUPPRESSIONS: Suppressions = { isSuppressed: () => false, notes: [] };

const KEYS = ['id', 'scope', 'reason', 'until'];
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const EXAMPLE =
  "Write a list in YAML or JSON, each item like: { id: cluster-not-found, scope: '*ledger*', reason: moves in OPS-12, until: 2026-12-31 }";

/**
 * Reads `--suppressions FILE`. What has expired hides nothing, and is said.
 *
 * @throws UserError BAD_SUPPRESSIONS naming the item and what is wrong with it.
 */
export async function readSuppressions(
  path: string,
  knownIds: readonly string[],
  nowMs: number,
): Promise<Suppressions> {
  const text = await readOptionFile(path, { what: 'suppressions', hint: EXAMPLE });
  const items = (await parseList(path, text)).map((item, i) =>
    parseItem(item, { where: `${path}, item ${i + 1}`, knownIds }),
  );
  const rules = items
    .filter(({ untilMs }) => untilMs > nowMs)
    .map(({ id, scope }) => ({ id, matches: scope === null ? () => true : toMatcher([scope]) }));
  return {
    isSuppressed: (id, scope) => rules.some((rule) => rule.id === id && rule.matches(scope)),
    notes: items
      .filter(({ untilMs }) => untilMs <= nowMs)
      .map(
        ({ id, scope, reason, until }) =>
          `The suppression of ${id}${scope === null ? '' : ` for ${scope}`} expired on ${until} and hides nothing; its reason was: ${reason}.`,
      ),
  };
}

/** JSON is YAML too. A date stays a text, as the core schema of YAML has it. */
async function parseList(path: string, text: string): Promise<readonly unknown[]> {
  // Loaded only where it is used: its many modules take longer to load than a short log to read.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text, { schema: 'core', maxAliasCount: 0 });
  } catch (error) {
    const reason =
      error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/:$/, '') : String(error);
    throw bad(`the suppressions ${path} are no YAML: ${reason}`, error);
  }
  const list = isObject(value) ? value['suppressions'] : value;
  if (list === null || list === undefined) return [];
  if (Array.isArray(list)) return list;
  throw bad(`the suppressions ${path} are no list`);
}

function parseItem(
  item: unknown,
  { where, knownIds }: { readonly where: string; readonly knownIds: readonly string[] },
): Suppression {
  if (!isObject(item)) throw bad(`${where}: is no object`);
  const unknown = Object.keys(item).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw bad(`${where}: there is no key ${JSON.stringify(unknown)}`);
  const id = readField(item, 'id', where);
  if (!knownIds.includes(id)) throw bad(`${where}: there is no diagnosis ${JSON.stringify(id)}`);
  const until = readField(item, 'until', where);
  // A day counts to its end, wherever on earth it ends last.
  const untilMs = Date.parse(DAY.test(until) ? `${until}T23:59:59.999-12:00` : until);
  if (Number.isNaN(untilMs)) throw bad(`${where}: until ${JSON.stringify(until)} is no date`);
  const scope = item['scope'] === undefined ? null : readField(item, 'scope', where);
  return { id, scope, reason: readField(item, 'reason', where), until, untilMs };
}

function readField(item: Readonly<Record<string, unknown>>, key: string, where: string): string {
  const value = item[key];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw bad(`${where}: ${value === undefined ? `has no ${key}` : `its ${key} is no text`}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string, cause?: unknown): UserError {
  return new UserError({
    code: 'BAD_SUPPRESSIONS',
    message,
    hint: EXAMPLE,
    ...(cause === undefined ? {} : { cause }),
  });
}
