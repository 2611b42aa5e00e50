import { auroraRestoreRehearsal } from '../scenarios/aurora-restore/rehearsal';
import { redshiftBackupRehearsal } from '../scenarios/redshift-backup/rehearsal';
import { snowflakeReplicatorRehearsal } from '../scenarios/snowflake-replicator/rehearsal';
import { warmStandbyRehearsal } from '../scenarios/warm-standby/rehearsal';
import type { SystemRecord } from './events';
import { playSystem, type PlaySystemOptions } from './play-system';
import type { SystemRehearsal } from './scenario';
import { Stage } from './stage';

/** One system of the catalogue; what its scenarios share is its own business. */
export interface Rehearsal {
  readonly system: string;
  readonly scenarios: readonly { readonly name: string; readonly title: string }[];
  readonly cannotProve: readonly string[];
  /** Makes what was there before the app, and answers how to furnish it for people once the app is deployed. */
  readonly prepare: (stage: Stage<undefined>) => Promise<() => Promise<Readonly<Record<string, string>>>>;
  readonly play: (options: PlaySystemOptions) => Promise<SystemRecord>;
}

/** Every system that is rehearsed, in the order in which they are played. */
export const CATALOGUE: readonly Rehearsal[] = [playable(redshiftBackupRehearsal), playable(auroraRestoreRehearsal), playable(snowflakeReplicatorRehearsal), playable(warmStandbyRehearsal)];

/** Finds what `--only` means: a system, or one scenario of a system. Throws naming what there is. */
export function select(only: string | undefined): readonly { readonly rehearsal: Rehearsal; readonly scenario: string | undefined }[] {
  if (only === undefined) return CATALOGUE.map((rehearsal) => ({ rehearsal, scenario: undefined }));
  const [system, scenario] = only.split('/');
  const rehearsal = CATALOGUE.find((candidate) => candidate.system === system);
  if (!rehearsal || (scenario !== undefined && !rehearsal.scenarios.some(({ name }) => name === scenario))) {
    throw new Error(`--only ${only}: expected one of\n${listScenarios()}`);
  }
  return [{ rehearsal, scenario }];
}

/** All systems and scenarios, a line each. */
export function listScenarios(): string {
  return CATALOGUE.flatMap(({ system, scenarios }) => [`  ${system}`, ...scenarios.map(({ name, title }) => `  ${system}/${name}: ${title}`)]).join('\n');
}

function playable<World>(rehearsal: SystemRehearsal<World>): Rehearsal {
  const { system, scenarios, cannotProve } = rehearsal;
  const prepare = async (stage: Stage<undefined>) => {
    const world = await rehearsal.prepare(stage);
    return async () => (await rehearsal.furnish?.(new Stage(stage.cloud, stage.deployment, world, () => undefined))) ?? {};
  };
  return { system, scenarios, cannotProve, prepare, play: (options) => playSystem(rehearsal, options) };
}
