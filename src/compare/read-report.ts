import type { Report } from '../model/report.ts';
import { SCHEMA_VERSION } from '../model/report.ts';
import { UserError } from '../model/user-error.ts';

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

type Check = (value: unknown) => boolean;

const shaped =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([key, check]) => check(value[key]));
const listed =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const orMissing =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value);

const SPAN = shaped({ from: isTime, to: isTime });
const FINDING = shaped({
  diagnosis: shaped({ id: isText, title: isText }),
  confidence: isShare,
  status: isText,
  suppressed: isFlag,
  firstSeen: isTextOrNull,
  lastSeen: isTextOrNull,
  alternatives: listed(shaped({ id: isText, confidence: isShare })),
  scopes: listed(shaped({ fingerprint: isText, requests: isCount })),
  timeline: orMissing(
    shaped({ from: isTime, bucketMs: (value) => isCount(value) && value !== 0, requests: listed(isCount) }),
  ),
});

/** The keys that comparing reads; what else a report holds is of no concern here. */
const PARTS: Readonly<Record<string, Check>> = {
  window: orMissing(SPAN),
  requests: shaped({ total: isCount, failed: isCount }),
  findings: listed(FINDING),
  unexplained: shaped({ groups: listed(shaped({ upstreamCluster: isTextOrNull, requests: isCount })) }),
  traffic: orMissing(listed(shaped({ scope: isText, requests: isCount }))),
};

/**
 * Reads a JSON report of this or an earlier version of the program.
 *
 * @throws UserError BAD_BASELINE when the text is no such report; the message says what is wrong with it.
 */
export function readReport(name: string, text: string): Report {
  const value = parseJson(name, text);
  if (!isObject(value) || value['schemaVersion'] === undefined)
    throw badBaseline(name, 'is JSON, but no report of faultline: it has no schemaVersion');
  if (value['schemaVersion'] !== SCHEMA_VERSION)
    throw badBaseline(
      name,
      `has schemaVersion ${JSON.stringify(value['schemaVersion'])}; this program reads ${SCHEMA_VERSION}`,
    );
  if (isReport(value)) return value;
  throw badBaseline(name, `is not a whole report: its ${findWrongPart(value)} cannot be read`);
}

function findWrongPart(value: Fields): string | undefined {
  return Object.keys(PARTS).find((key) => PARTS[key]?.(value[key]) !== true);
}

/** As far as comparing goes: every key that it reads has been checked. */
function isReport(value: unknown): value is Report {
  return isObject(value) && findWrongPart(value) === undefined;
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badBaseline(name, text.trim() === '' ? 'is empty' : 'is not JSON', cause);
  }
}

function badBaseline(name: string, what: string, cause?: unknown): UserError {
  return new UserError({
    code: 'BAD_BASELINE',
    message: `${name} ${what}`,
    hint: 'Make a report to compare with by: faultline -o json=REPORT.json LOG...',
    ...(cause === undefined ? {} : { cause }),
  });
}
