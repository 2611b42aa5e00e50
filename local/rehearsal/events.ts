import type { PermissionAccount } from '../cloud/gateway/iam/permission-ledger';
import type { PermissionSummary } from './permission-use';

/** What a rehearsal tells while it runs: one JSON object a line between its processes, and the material of every report. */
export type RehearsalEvent =
  | { readonly type: 'system-started'; readonly system: string }
  | { readonly type: 'preparing'; readonly system: string; readonly what: string }
  | { readonly type: 'scenario-started'; readonly system: string; readonly scenario: string; readonly title: string }
  | ({ readonly type: 'step'; readonly system: string; readonly scenario: string } & StepRecord)
  | ({ readonly type: 'scenario-ended'; readonly system: string } & ScenarioRecord)
  | ({ readonly type: 'cloud-ended' } & CloudRecord)
  | ({ readonly type: 'system-ended' } & SystemRecord);

/** Something that was done or observed. */
export interface StepRecord {
  readonly title: string;
  readonly outcome: 'ok' | 'failed' | 'noted';
  /** What was seen: short facts a reader can judge by. Never a secret. */
  readonly evidence: readonly string[];
  /** When it began, since the scenario did. */
  readonly fromCloudSeconds: number;
  readonly fromWallSeconds: number;
  readonly cloudSeconds: number;
  readonly wallSeconds: number;
}

/** Something that ran from one moment to another, in seconds since the scenario began. */
export interface Span {
  readonly name: string;
  readonly outcome: 'ok' | 'failed';
  readonly fromCloudSeconds: number;
  readonly toCloudSeconds: number;
}

/** What ran when, such as the states of one execution. */
export interface Timeline {
  readonly title: string;
  readonly spans: readonly Span[];
}

/** Measurements as lines over a common axis. */
export interface Plot {
  readonly title: string;
  /** What the axes show, with the unit. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }[];
  /** A promise, drawn across. */
  readonly limit?: { readonly name: string; readonly y: number } | undefined;
}

/** What a scenario leaves behind besides its outcome. */
export type StageRecord = ({ readonly type: 'step' } & StepRecord) | ({ readonly type: 'timeline' } & Timeline) | ({ readonly type: 'plot' } & Plot);

export interface ScenarioRecord {
  readonly scenario: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed';
  readonly failure: string | undefined;
  readonly steps: readonly StepRecord[];
  readonly timelines: readonly Timeline[];
  readonly plots: readonly Plot[];
  readonly cloudSeconds: number;
  readonly wallSeconds: number;
  /** How often each operation was called, as `service:Operation`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Calls that IAM refused, and connections that the network did not let through. */
  readonly refusals: readonly string[];
  /** What the stand-ins of this scenario cannot show about the real services. */
  readonly cannotProve: readonly string[];
}

/** What one of the clouds on which a system was rehearsed leaves behind besides its scenarios. */
export interface CloudRecord {
  readonly system: string;
  /** Why nothing, or not everything, could be played there. */
  readonly failure: string | undefined;
  /** Of the permissions of the deployed roles, and of the statements of the deployed keys. */
  readonly accounts: readonly PermissionAccount[];
  /** Defects of the local cloud that showed. */
  readonly defects: readonly string[];
  /** Rules of the command line that met nothing there. */
  readonly idleRules: readonly string[];
}

export interface SystemRecord {
  readonly system: string;
  readonly outcome: 'passed' | 'failed';
  /** Why the system could not be rehearsed at all. */
  readonly failure: string | undefined;
  readonly wallSeconds: number;
  /** Permissions of the deployed roles: how many were used and which, and which were not. */
  readonly permissions: PermissionSummary;
  /** Defects of the local cloud that showed. Any of them fails the system. */
  readonly defects: readonly string[];
  /** Rules of the command line that met nothing in this system. */
  readonly idleRules: readonly string[];
}
