import type { LineCounts } from './aggregate.ts';
import type { ReportComparison } from './comparison.ts';
import type { Family } from './diagnosis-vocabulary.ts';
import type { Reporter } from './shape.ts';

export const SCHEMA_VERSION = 1;

/** Kinds of report that can be written. */
export const REPORT_KINDS = ['text', 'json', 'ndjson', 'markdown', 'html', 'sarif', 'openmetrics'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** How sure a finding is, the surest first; benign: no fault of the mesh. */
export const FINDING_STATUSES = ['confirmed', 'likely', 'possible', 'benign'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** What was read of one input. */
export interface ReportInput {
  readonly path: string;
  readonly format: string | null;
  readonly reporter: Reporter;
  readonly era: string | null;
  readonly bytes: number;
  readonly lines: LineCounts;
}

/** Failing requests of one endpoint of a scope. */
interface ReportEndpoint {
  readonly upstreamHost: string;
  readonly requests: number;
}

/** A place where a finding shows. */
export interface ReportScope {
  readonly fingerprint: string;
  readonly requests: number;
  readonly upstreamCluster: string | null;
  readonly authority: string | null;
  readonly localPort: number | null;
  readonly upstreamHosts: readonly string[];
  readonly routes: readonly string[];
  readonly paths: readonly string[];
  readonly callers: readonly string[];
  /** The most frequent of `upstreamHosts` with their share of the failures. */
  readonly endpoints: readonly ReportEndpoint[];
}

/** A time in which requests failed without a long pause. */
export interface ReportInterval {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
}

/** Failing requests over time, in buckets of one width. */
export interface ReportTimeline {
  /** Start of the first bucket. */
  readonly from: string;
  readonly bucketMs: number;
  readonly requests: readonly number[];
}

/** A claim and what it is worth for the finding. */
export interface ReportEvidence {
  readonly claim: string;
  readonly about: string;
  readonly supports: boolean;
  /** Failing requests for which it holds. */
  readonly requests: number;
  /** Points added (negative: taken away). */
  readonly bits: number;
  /** False where a stronger claim on the same topic already counted. */
  readonly counted: boolean;
  /** For a coincidence: what was shared, by how many, and its share of the traffic. */
  readonly coincidence: { readonly n: number; readonly q: number; readonly what: string } | null;
}

/** Another cause that the same lines could have. */
export interface ReportAlternative {
  readonly id: string;
  readonly title: string;
  readonly confidence: number;
  readonly bits: number;
  readonly tellApart: string | null;
}

/** A line of the log, and where it stands. */
export interface ReportSample {
  readonly input: string;
  readonly line: number;
  readonly text: string;
  /** Pod, host or stream that is named beside the line in the input. */
  readonly pod?: string;
}

/** What a resource of the mesh configuration says for or against a finding. */
export interface ReportMeshConfig {
  readonly file: string;
  readonly line: number;
  readonly resource: string;
  readonly says: string;
  readonly supports: boolean;
}

/** How a request failed: what became of it behind the proxy that sent it on. */
export const HOP_OUTCOMES = [
  'neverSent',
  'refused',
  'notAnswered',
  'answeredWithFailure',
  'answeredAndLost',
] as const;
export type HopOutcome = (typeof HOP_OUTCOMES)[number];

/** Where on its way; `between` is the network from the calling to the serving proxy. */
export const HOP_PLACES = ['caller', 'callingProxy', 'between', 'servingProxy', 'application'] as const;
export type HopPlace = (typeof HOP_PLACES)[number];

/** One station of a request. */
export interface ReportHopNode {
  readonly role: Exclude<HopPlace, 'between'>;
  readonly address: string | null;
  /** The input that holds its records; null where none does. */
  readonly input: string | null;
  /** Pods that are named beside its records. */
  readonly pods: readonly string[];
  /** What it logged. */
  readonly says: string | null;
}

/** The hop at which the requests of a finding failed, by the logs of several proxies. */
export interface ReportHop {
  readonly outcome: HopOutcome;
  readonly place: HopPlace;
  /** Requests that failed there, of those that could be compared. */
  readonly requests: number;
  readonly compared: number;
  /** Of `requests`, those found in both logs, and those of which the other log covers the time and has no trace. */
  readonly joined: number;
  readonly unseen: number;
  readonly path: readonly ReportHopNode[];
}

/** A cause, with all that speaks for it and what to do. */
export interface ReportFinding {
  readonly diagnosis: {
    readonly id: string;
    readonly title: string;
    readonly family: Family;
    readonly doc: string;
  };
  readonly cause: string;
  readonly confidence: number;
  readonly status: FindingStatus;
  readonly requests: number;
  readonly share: number;
  readonly responseFlags: readonly string[];
  readonly responseCodes: readonly number[];
  readonly reporter: Reporter;
  readonly scopes: readonly ReportScope[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly intervals: readonly ReportInterval[];
  /** Null when the lines have no times. */
  readonly timeline: ReportTimeline | null;
  /** Sum of prior and counted evidence, in bits, and the prior alone. */
  readonly bits: number;
  readonly priorBits: number;
  readonly evidence: readonly ReportEvidence[];
  /** Claims that this log cannot judge. */
  readonly notJudged: readonly { readonly claim: string; readonly because: string }[];
  readonly alternatives: readonly ReportAlternative[];
  readonly unknownConfidence: number;
  /** Failures of the other hop, or that follow from this one, and are counted with it. */
  readonly includes: readonly { readonly sentence: string; readonly requests: number }[];
  /** Null where no other proxy's log was given that says anything about them. */
  readonly hop: ReportHop | null;
  readonly confirm: readonly { readonly run: string; readonly expect: string }[];
  /** `diff` shows what `yaml` changes in a file of the mesh configuration. */
  readonly fixes: readonly { readonly text: string; readonly yaml?: string; readonly diff?: string }[];
  readonly meshConfig: readonly ReportMeshConfig[];
  readonly sources: readonly { readonly title: string; readonly url: string }[];
  readonly samples: readonly ReportSample[];
  readonly suppressed: boolean;
}

/** Failures that look alike and fit no cause. */
export interface ReportUnexplainedGroup {
  readonly responseFlags: readonly string[];
  readonly responseCode: number | null;
  readonly responseCodeDetails: string | null;
  readonly upstreamCluster: string | null;
  readonly requests: number;
  readonly sample: ReportSample | null;
}

/** What the logs do not say, and which diagnoses want to know it. */
export interface ReportBlindSpot {
  /** The operator that the format lacks, or `healthy records`. */
  readonly missing: string;
  readonly diagnoses: readonly string[];
  readonly remedy: string;
  /** Configuration that would log what is missing. */
  readonly yaml?: string;
}

/** One row of the table of codes, flags and clusters. */
export interface ReportTrafficRow {
  readonly responseCode: number | null;
  readonly responseFlags: readonly string[];
  readonly scope: string;
  readonly requests: number;
}

/** Requests of one scope (cluster, else authority, else local port), failed ones included. */
export interface ReportScopeTraffic {
  readonly scope: string;
  readonly requests: number;
  readonly failed: number;
}

/** What was taken out of a report before it was passed on. */
interface ReportRedaction {
  readonly rules: readonly string[];
  /** Different values that were replaced, by kind of name. */
  readonly values: Readonly<Record<string, number>>;
}

/** How a note begins that tells of input which is missing in the report. */
export const NOT_ALL_READ = 'Not all was read: ';

/** The report: what `-o json` prints, and from which every other output is rendered. */
export interface Report {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  readonly inputs: readonly ReportInput[];
  readonly lines: LineCounts;
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly requests: {
    readonly total: number;
    readonly failed: number;
    readonly byResponseCode: Readonly<Record<string, number>>;
    readonly byResponseFlag: Readonly<Record<string, number>>;
  };
  readonly findings: readonly ReportFinding[];
  readonly unexplained: {
    readonly requests: number;
    readonly share: number;
    readonly groups: readonly ReportUnexplainedGroup[];
  };
  readonly failures: readonly ReportTrafficRow[];
  /** The scopes with the most requests. */
  readonly traffic: readonly ReportScopeTraffic[];
  readonly rejected: readonly {
    readonly input: string;
    readonly line: number;
    readonly reason: string;
    readonly text: string;
  }[];
  readonly blindSpots: readonly ReportBlindSpot[];
  readonly notes: readonly string[];
  /** Null when nothing was to be taken out. */
  readonly redaction: ReportRedaction | null;
  /** Null when there was nothing to compare with. */
  readonly comparison: ReportComparison | null;
}
