import type { RedshiftBackupConfig } from '../../../lib/config/redshift-backup';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';
import { contentStatements, READER_STATEMENTS } from './warehouse-data';

/** What the source account may have. Every story makes snapshots of the same warehouse, more than one pipeline would. */
export const SNAPSHOT_QUOTA = 60;

/** The warehouse of the deployment and its two accounts. The cluster itself is made by a stack. */
export interface RedshiftBackupWorld {
  readonly config: RedshiftBackupConfig;
  readonly source: Place;
  readonly target: Place;
  /** An account that has nothing to do with either. */
  readonly stranger: Place;
  readonly clusterArn: string;
}

/** Names the places. Nothing has to be made: the stacks bring the warehouse, too. */
export async function createWorld(stage: Stage<undefined>): Promise<RedshiftBackupWorld> {
  const [config] = stage.deployment.redshiftBackup;
  if (!config) throw new Error('the deployment backs up no warehouse');
  const source = stage.place(config.source.account, config.region);
  stage.cloud.services.analytics.redshift.setQuota(source, 'snapshots', SNAPSHOT_QUOTA);
  return {
    config,
    source,
    target: stage.place(config.target.account, config.region),
    stranger: stage.place('staging', config.region),
    clusterArn: `arn:aws:redshift:${source.region}:${source.account}:cluster:${config.source.clusterIdentifier}`,
  };
}

const filled = new WeakSet<RedshiftBackupWorld>();

/** Fills the warehouse as its owner would, once for all scenarios: tables of several schemas and types, and the reader. */
export async function fillWarehouse(stage: Stage<RedshiftBackupWorld>): Promise<void> {
  const { world } = stage;
  if (filled.has(world)) return;
  filled.add(world);
  await stage.step('the owner fills the warehouse and lets the reader read', () => runInWarehouse(stage, [...contentStatements(), ...READER_STATEMENTS]));
}

/** Runs statements in the warehouse as its administrator. */
export async function runInWarehouse(stage: Stage<RedshiftBackupWorld>, statements: readonly string[]): Promise<void> {
  const { config, clusterArn } = stage.world;
  const server = stage.cloud.services.analytics.redshift.serverOf(clusterArn);
  await server.asAdmin(async (admin) => {
    for (const statement of statements) await admin.query(statement);
  }, config.source.database);
}
