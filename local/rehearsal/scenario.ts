import type { Pace } from '../cloud/gateway/clock';
import type { UnrehearsedAction } from './permission-use';
import type { Stage } from './stage';

/** A story told end to end on a running cloud. */
export interface Scenario<World> {
  /** As on the command line: `npm start -- --only aurora-restore/same-account`. */
  readonly name: string;
  /** What it shows, as a sentence. */
  readonly title: string;
  readonly cannotProve?: readonly string[];
  run(stage: Stage<World>): Promise<void>;
}

/** Everything that is rehearsed of one system. */
export interface SystemRehearsal<World> {
  /** Also the tag `holdfast:system` of the stacks that belong to it. */
  readonly system: string;
  /** How time runs. @default leaps from one due time to the next while everybody waits */
  readonly pace?: Pace;
  /** When the cloud's time begins. @default now */
  readonly startAt?: () => Date;
  /** What is played, a list for each cloud: lists are played side by side, each from its first to its last. */
  readonly clouds: readonly (readonly Scenario<World>[])[];
  /** Makes what exists before the app is deployed: the customer's databases, networks and keys. */
  prepare(stage: Stage<undefined>): Promise<World>;
  /** Before the first scenario, once the app is deployed. @default nothing */
  settle?(stage: Stage<World>): Promise<void>;
  /** For people in a kept cloud: makes what the scenarios make by themselves once the app is deployed, and answers variables for shells. @default nothing */
  furnish?(stage: Stage<World>): Promise<Readonly<Record<string, string>>>;
  /** What a role is, without the name of the instance that it was deployed for: roles of one kind share an account of what they used. @default each role is its own kind */
  readonly roleKind?: (roleName: string) => string;
  /** Permissions that stay unused here although AWS needs them. @default none */
  readonly unrehearsed?: readonly UnrehearsedAction[];
  /** Facts that only a real account can confirm. */
  readonly cannotProve: readonly string[];
}
