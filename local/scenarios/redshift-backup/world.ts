import { CreateRoleCommand, CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { RedshiftBackupConfig } from '../../../lib/config/redshift-backup';
import { ID_TAG } from '../../cloud/gateway/requested-id';
import type { Place } from '../../cloud/gateway/service';
import { Schedules } from '../../rehearsal/schedules';
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
  /** The pipeline of a warehouse of Redshift Serverless, in the same two accounts. */
  readonly lake: RedshiftBackupConfig;
}

/** Names the places, and makes what the deployment only names: the key of the lake, the roles of the services, and those of the people who release copies. */
export async function createWorld(stage: Stage<undefined>): Promise<RedshiftBackupWorld> {
  const [config, lake] = stage.deployment.redshiftBackup;
  if (!config || !lake) throw new Error('the deployment backs up no warehouse and no lake');
  const source = stage.place(config.source.account, config.region);
  const target = stage.place(config.target.account, config.region);
  stage.cloud.services.analytics.redshift.setQuota(source, 'snapshots', SNAPSHOT_QUOTA);
  await createKey(stage, source, target, lake);
  for (const AWSServiceName of ['redshift.amazonaws.com', 'config.amazonaws.com']) {
    for (const place of [source, target]) await stage.client(IAMClient, place).send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
  }
  const { requesters = [], approvers = [] } = config.target.release ?? {};
  for (const arn of [...requesters, ...approvers]) await createTeam(stage, target, arn);
  return {
    config,
    lake,
    source,
    target,
    stranger: stage.place('staging', config.region),
    clusterArn: `arn:aws:redshift:${source.region}:${source.account}:cluster:${config.source.clusterIdentifier}`,
  };
}

/** What docs/runbooks/redshift-backup.md asks of the key of a warehouse that exists. */
async function createKey(stage: Stage<undefined>, source: Place, target: Place, { source: { warehouse } }: RedshiftBackupConfig): Promise<void> {
  if (!('kmsKeyArn' in warehouse)) return;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${source.account}:root` }, Action: 'kms:*', Resource: '*' },
      { Sid: 'RestoreInTargetAccount', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${target.account}:root` }, Action: ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant'], Resource: '*' },
    ],
  });
  await stage.client(KMSClient, source).send(new CreateKeyCommand({ Policy, Tags: [{ TagKey: ID_TAG, TagValue: warehouse.kmsKeyArn.split('/').pop() ?? '' }] }));
}

/** A role that people of a team have; what it may do besides being who it is, is nothing. */
async function createTeam(stage: Stage<undefined>, place: Place, arn: string): Promise<void> {
  const [account, RoleName] = [place.account, arn.split('/').pop()];
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }] };
  await stage.client(IAMClient, place).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
}

/** The schedules of both pipelines, in both accounts. */
export function schedulesOf(stage: Stage<RedshiftBackupWorld>): Schedules {
  const { source, target } = stage.world;
  return new Schedules(stage, 'redshift-backup-', [source, target]);
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
