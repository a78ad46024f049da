import type { ReportChange } from './comparison.ts';
import type { History } from './history.ts';
import type { InputPosition } from './input-position.ts';

/** Raised when what is stored changes its form; older ones are brought up to date when they are read. */
export const STATE_VERSION = 1;

/** Kinds of receivers: incoming webhooks of Slack (also Mattermost, Rocket.Chat), of Teams, and anything that takes JSON. */
export const NOTIFICATION_KINDS = ['slack', 'teams', 'json'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What somebody is to be told, until it has been. */
export interface Message {
  readonly id: string;
  /** Time of the run, RFC 3339. */
  readonly at: string;
  /** Address it goes to, in a form that gives nothing away. */
  readonly target: string;
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly requests: number;
  readonly failed: number;
  /** Only what is new, worse or gone. */
  readonly changes: readonly ReportChange[];
}

/** Everything that one run leaves to the next. */
export interface RunState {
  readonly positions: readonly InputPosition[];
  readonly history: History;
  readonly outbox: readonly Message[];
}
