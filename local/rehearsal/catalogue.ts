import { auroraRestoreRehearsal } from '../scenarios/aurora-restore/rehearsal';
import { redshiftBackupRehearsal } from '../scenarios/redshift-backup/rehearsal';
import { snowflakeReplicatorRehearsal } from '../scenarios/snowflake-replicator/rehearsal';
import { warmStandbyRehearsal } from '../scenarios/warm-standby/rehearsal';
import type { CloudRecord } from './events';
import type { PermissionRules } from './permission-use';
import type { PlayOptions } from './play-scenarios';
import type { SystemRehearsal } from './scenario';
import { Stage } from './stage';

/** One system of the catalogue; what its scenarios share is its own business. */
export interface Rehearsal {
  readonly system: string;
  /** A list for each cloud. */
  readonly clouds: readonly (readonly { readonly name: string; readonly title: string }[])[];
  readonly cannotProve: readonly string[];
  readonly permissionRules: PermissionRules;
  /** Makes what was there before the app, and answers how to furnish it for people once the app is deployed. */
  readonly prepare: (stage: Stage<undefined>) => Promise<() => Promise<Readonly<Record<string, string>>>>;
  readonly play: (options: PlayOptions) => Promise<CloudRecord>;
}

/** What is to be played of one system: names of scenarios, a list for each cloud. */
export interface Selection {
  readonly rehearsal: Rehearsal;
  readonly clouds: readonly (readonly string[])[];
  readonly isWhole: boolean;
}

/** Every system that is rehearsed, in the order in which they are played. */
export const CATALOGUE: readonly Rehearsal[] = [playable(redshiftBackupRehearsal), playable(auroraRestoreRehearsal), playable(snowflakeReplicatorRehearsal), playable(warmStandbyRehearsal)];

/** Finds what `--only` means: a system, or one scenario of a system. Throws naming what there is. */
export function select(only: string | undefined): readonly Selection[] {
  if (only === undefined) return CATALOGUE.map(whole);
  const [system, scenario] = only.split('/');
  const rehearsal = CATALOGUE.find((candidate) => candidate.system === system);
  if (!rehearsal || (scenario !== undefined && !rehearsal.clouds.flat().some(({ name }) => name === scenario))) {
    throw new Error(`--only ${only}: expected one of\n${listScenarios()}`);
  }
  return [scenario === undefined ? whole(rehearsal) : { rehearsal, clouds: [[scenario]], isWhole: false }];
}

/** All systems and scenarios, a line each. */
export function listScenarios(): string {
  return CATALOGUE.flatMap(({ system, clouds }) => [`  ${system}`, ...clouds.flat().map(({ name, title }) => `  ${system}/${name}: ${title}`)]).join('\n');
}

function whole(rehearsal: Rehearsal): Selection {
  return { rehearsal, clouds: rehearsal.clouds.map((scenarios) => scenarios.map(({ name }) => name)), isWhole: true };
}

/** Whoever only looks at the catalogue, and that is whoever starts a rehearsal, does not wait for the cloud to be loaded. */
function playable<World>(rehearsal: SystemRehearsal<World>): Rehearsal {
  const { system, clouds, cannotProve, roleKind = (role) => role, unrehearsed = [] } = rehearsal;
  const prepare = async (stage: Stage<undefined>) => {
    const world = await rehearsal.prepare(stage);
    return async () => (await rehearsal.furnish?.(new Stage(stage.cloud, stage.deployment, world, () => undefined))) ?? {};
  };
  return { system, clouds, cannotProve, permissionRules: { kindOf: roleKind, unrehearsed }, prepare, play: async (options) => (await import('./play-scenarios')).playScenarios(rehearsal, options) };
}
