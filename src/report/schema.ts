import { CHANGES } from '../model/comparison.ts';
import { FAMILIES } from '../model/diagnosis-vocabulary.ts';
import { FINDING_STATUSES, HOP_OUTCOMES, HOP_PLACES, SCHEMA_VERSION } from '../model/report.ts';
import { REPORTERS } from '../model/shape.ts';
import { stringifySafely } from './json.ts';
import { COUNT, DIAGNOSIS_ID, listOf, objectOf, orNull, SHARE, TEXT, TEXTS, TIME } from './schema-parts.ts';

const REPORTER = { enum: REPORTERS } as const;
const CODE = { type: 'integer', minimum: 0, maximum: 999 } as const;
const LINE_NUMBER = { type: 'integer', minimum: 1 } as const;
const BITS = { type: 'number' } as const;

const LINES = {
  ...objectOf({
    read: COUNT,
    records: COUNT,
    continuation: COUNT,
    blank: COUNT,
    proxyLog: COUNT,
    unrecognised: COUNT,
    failed: COUNT,
    overlong: COUNT,
    partial: COUNT,
    outsideWindow: COUNT,
    duplicates: COUNT,
  }),
  description:
    'Physical lines. read = records + continuation + blank + proxyLog + unrecognised + failed + overlong; ' +
    'partial, outsideWindow and duplicates (counted where they stand first) are subsets of records.',
} as const;

const INPUT = objectOf({
  path: TEXT,
  format: orNull(TEXT),
  reporter: REPORTER,
  era: orNull(TEXT),
  bytes: COUNT,
  lines: { $ref: '#/$defs/lines' },
});

const REQUESTS = objectOf({
  total: COUNT,
  failed: COUNT,
  byResponseCode: {
    type: 'object',
    propertyNames: { pattern: '^(-|[0-9]+)$' },
    additionalProperties: COUNT,
  },
  byResponseFlag: {
    type: 'object',
    description: 'A request counts under each of its flags; "-" is none.',
    additionalProperties: COUNT,
  },
});

const SCOPE = objectOf({
  fingerprint: TEXT,
  requests: COUNT,
  upstreamCluster: orNull(TEXT),
  authority: orNull(TEXT),
  localPort: orNull(COUNT),
  upstreamHosts: TEXTS,
  routes: TEXTS,
  paths: TEXTS,
  callers: TEXTS,
  endpoints: listOf(objectOf({ upstreamHost: TEXT, requests: COUNT })),
});

const EVIDENCE = objectOf({
  claim: TEXT,
  supports: { type: 'boolean' },
  requests: COUNT,
  bits: BITS,
  about: TEXT,
  counted: { type: 'boolean' },
  coincidence: orNull(objectOf({ n: COUNT, q: SHARE, what: TEXT })),
});

const ALTERNATIVE = objectOf({
  id: DIAGNOSIS_ID,
  confidence: SHARE,
  tellApart: orNull(TEXT),
  title: TEXT,
  bits: BITS,
});

const MESH_CONFIG = objectOf({
  file: TEXT,
  line: LINE_NUMBER,
  resource: TEXT,
  says: TEXT,
  supports: { type: 'boolean' },
});

const SAMPLE = objectOf({ input: TEXT, line: LINE_NUMBER, text: TEXT, pod: TEXT }, ['pod']);

const HOP = objectOf({
  outcome: { enum: HOP_OUTCOMES },
  place: { enum: HOP_PLACES },
  requests: COUNT,
  compared: COUNT,
  joined: COUNT,
  unseen: COUNT,
  path: listOf(
    objectOf({
      role: { enum: HOP_PLACES.filter((place) => place !== 'between') },
      address: orNull(TEXT),
      input: orNull(TEXT),
      pods: TEXTS,
      says: orNull(TEXT),
    }),
  ),
});

const FINDING = objectOf({
  diagnosis: objectOf({ id: DIAGNOSIS_ID, title: TEXT, family: { enum: FAMILIES }, doc: TEXT }),
  confidence: SHARE,
  status: { enum: FINDING_STATUSES },
  requests: COUNT,
  share: SHARE,
  responseFlags: TEXTS,
  responseCodes: listOf(CODE),
  reporter: REPORTER,
  scopes: listOf({ $ref: '#/$defs/scope' }),
  firstSeen: orNull(TIME),
  lastSeen: orNull(TIME),
  intervals: listOf(objectOf({ from: TIME, to: TIME, requests: COUNT })),
  evidence: listOf({ $ref: '#/$defs/evidence' }),
  alternatives: listOf(ALTERNATIVE),
  confirm: listOf(objectOf({ run: TEXT, expect: TEXT })),
  fixes: listOf(objectOf({ text: TEXT, yaml: TEXT, diff: TEXT }, ['yaml', 'diff'])),
  meshConfig: listOf(MESH_CONFIG),
  sources: listOf(objectOf({ title: TEXT, url: { type: 'string', format: 'uri' } })),
  samples: listOf({ $ref: '#/$defs/sample' }),
  cause: TEXT,
  bits: BITS,
  priorBits: BITS,
  notJudged: listOf(objectOf({ claim: TEXT, because: TEXT })),
  unknownConfidence: SHARE,
  includes: listOf(objectOf({ sentence: TEXT, requests: COUNT })),
  suppressed: { type: 'boolean' },
  hop: orNull(HOP),
  timeline: orNull(objectOf({ from: TIME, bucketMs: COUNT, requests: listOf(COUNT) })),
});

const UNEXPLAINED = objectOf({
  requests: COUNT,
  share: SHARE,
  groups: listOf(
    objectOf({
      responseFlags: TEXTS,
      responseCode: orNull(CODE),
      responseCodeDetails: orNull(TEXT),
      upstreamCluster: orNull(TEXT),
      requests: COUNT,
      sample: orNull({ $ref: '#/$defs/sample' }),
    }),
  ),
});

const SCOPE_TRAFFIC = objectOf({ scope: TEXT, requests: COUNT, failed: COUNT });

const RATE = objectOf({ requests: COUNT, traffic: COUNT });

const CHANGE = objectOf({
  change: { enum: CHANGES },
  fingerprint: TEXT,
  diagnosis: objectOf({ id: DIAGNOSIS_ID, title: TEXT }),
  scope: TEXT,
  before: { $ref: '#/$defs/rate' },
  now: { $ref: '#/$defs/rate' },
  because: TEXT,
  muted: { type: 'boolean' },
  history: orNull(
    objectOf({
      firstSeen: orNull(TIME),
      runsSeen: COUNT,
      runs: COUNT,
      episodes: COUNT,
      ongoingSince: orNull(TIME),
      trend: listOf(COUNT),
    }),
  ),
});

/** What is compared, and with what; `baseline` null: with the runs before. */
const COMPARISON = objectOf({
  baseline: orNull(TEXT),
  window: orNull(objectOf({ from: TIME, to: TIME })),
  changes: listOf(CHANGE),
  history: orNull(
    objectOf({ runs: COUNT, since: orNull(TIME), lines: COUNT, requests: COUNT, failed: COUNT }),
  ),
});

const FAILURE = objectOf({ responseCode: orNull(CODE), responseFlags: TEXTS, scope: TEXT, requests: COUNT });

/** JSON Schema of the JSON report. No key is allowed that is not named here, so that drift between the two shows. */
export const REPORT_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'faultline report',
  description: `Ranked root causes of failed requests in Envoy access logs, schema version ${SCHEMA_VERSION}.`,
  ...objectOf({
    schemaVersion: { const: SCHEMA_VERSION },
    tool: objectOf({ name: TEXT, version: TEXT }),
    inputs: listOf(INPUT),
    lines: { $ref: '#/$defs/lines' },
    window: orNull(objectOf({ from: TIME, to: TIME })),
    requests: REQUESTS,
    findings: listOf({ $ref: '#/$defs/finding' }),
    unexplained: UNEXPLAINED,
    blindSpots: listOf(
      objectOf({ missing: TEXT, diagnoses: listOf(DIAGNOSIS_ID), remedy: TEXT, yaml: TEXT }, ['yaml']),
    ),
    notes: TEXTS,
    redaction: orNull(objectOf({ rules: TEXTS, values: { type: 'object', additionalProperties: COUNT } })),
    failures: listOf(FAILURE),
    traffic: listOf(SCOPE_TRAFFIC),
    comparison: orNull(COMPARISON),
    rejected: listOf(objectOf({ input: TEXT, line: LINE_NUMBER, reason: TEXT, text: TEXT })),
  }),
  $defs: { lines: LINES, finding: FINDING, scope: SCOPE, evidence: EVIDENCE, sample: SAMPLE, rate: RATE },
} as const;

/** The schema as `faultline schema` prints it. */
export function renderSchema(): string {
  return `${stringifySafely(REPORT_SCHEMA)}\n`;
}
