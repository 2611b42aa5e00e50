import { DescribeClustersCommand, DescribeClusterSnapshotsCommand, RedshiftClient, type Cluster, type Snapshot } from '@aws-sdk/client-redshift';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { TAG, type BackupEvent, type BackupResponse } from '../../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../../../lib/config/redshift-backup';
import type { Place } from '../../cloud/gateway/service';
import { ending } from '../../rehearsal/error-of-execution';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import type { RedshiftBackupWorld } from './world';

/** What the target account sees of its own chances. */
export interface Freshness {
  readonly restorableAgeSeconds: number | null;
  readonly provenAgeSeconds: number | null;
  readonly newestShared: string | null;
  readonly newestOwned: string | null;
  readonly newestRegionCopy: string | null;
  readonly regionCopyAgeSeconds: number | null;
  readonly obstacles: readonly string[];
}

/** A backup that an operator asked for, and how its run ended. */
export interface BackupOnStage {
  readonly snapshotId: string;
  readonly outcome: ExecutionOutcome;
}

/** The backups of the warehouse as people of both accounts work with them. */
export class WarehouseOnStage {
  constructor(
    private readonly stage: Stage<RedshiftBackupWorld>,
    private readonly config: RedshiftBackupConfig = stage.world.config,
  ) {}

  functionName(operation: string): string {
    return `redshift-backup-${this.config.name}-${operation}`;
  }

  /** Requests a backup by hand, with the documented event, and waits for its end. */
  async backUp(event: BackupEvent = {}, title = 'back the warehouse up: manifest, snapshot, manifest, share, clean up'): Promise<BackupOnStage> {
    const { source } = this.stage.world;
    return this.stage.step(
      title,
      async () => {
        const { snapshot_id: snapshotId, execution_arn: executionArn } = await this.stage.invoke<BackupResponse>(source, this.config.names.backupFunction, event);
        return { snapshotId, outcome: await this.stage.executionEnd(source, executionArn) };
      },
      ({ snapshotId, outcome }) => [snapshotId, ending(outcome)],
    );
  }

  /** Backs up and fails the scenario unless that succeeds. */
  async backUpWell(event: BackupEvent = {}, title?: string): Promise<string> {
    const { snapshotId, outcome } = await this.backUp(event, title);
    this.stage.check(outcome.status === 'SUCCEEDED', 'the backup succeeded', ending(outcome));
    return snapshotId;
  }

  /** Backs up and fails the scenario unless that fails, with words that say why. */
  async backUpFailing(because: RegExp, title?: string): Promise<string> {
    const { snapshotId, outcome } = await this.backUp({}, title);
    this.stage.check(outcome.status === 'FAILED' && because.test(`${outcome.error ?? ''}: ${outcome.cause ?? ''}`), 'the run failed and says why', ending(outcome));
    return snapshotId;
  }

  /** Requests the proof of a shared snapshot in the target account and waits for its end. */
  async prove(snapshotId?: string, title = 'prove it in the target account: restore, compare, keep a copy, tear down'): Promise<ExecutionOutcome> {
    const { target } = this.stage.world;
    return this.stage.step(
      title,
      async () => {
        const { executionArn } = await this.stage.invoke<{ executionArn: string }>(target, this.functionName('request-proof'), snapshotId ? { snapshot_identifier: snapshotId } : {});
        return this.stage.executionEnd(target, executionArn);
      },
      (outcome) => [ending(outcome)],
    );
  }

  /** Proves and fails the scenario unless the content is what the manifests say. */
  async proveWell(snapshotId: string, title?: string): Promise<void> {
    const outcome = await this.prove(snapshotId, title);
    this.stage.check(outcome.status === 'SUCCEEDED', (outcome.output as { recorded?: { summary: string } } | undefined)?.recorded?.summary ?? 'the proof succeeded', ending(outcome));
  }

  /** Proves and fails the scenario unless that fails, with words that say why. */
  async proveFailing(because: RegExp, snapshotId?: string, title?: string): Promise<void> {
    const outcome = await this.prove(snapshotId, title);
    this.stage.check(outcome.status === 'FAILED' && because.test(`${outcome.error ?? ''}: ${outcome.cause ?? ''}`), 'the proof failed and says why', ending(outcome));
  }

  /** What the target account measures of what it could restore now. */
  async measureFreshness(title = 'the target account measures what it could restore now'): Promise<Freshness> {
    return this.stage.step(title, () => this.stage.invoke<Freshness>(this.stage.world.target, this.functionName('measure-freshness'), {}), (freshness) => [JSON.stringify(freshness)]);
  }

  /** Manual snapshots that the account has, or that the owner shares with it. */
  async snapshots(place: Place, owner?: Place): Promise<readonly Snapshot[]> {
    const { Snapshots = [] } = await this.stage.client(RedshiftClient, place).send(new DescribeClusterSnapshotsCommand({ SnapshotType: 'manual', OwnerAccount: owner?.account, MaxRecords: 100 }));
    return Snapshots;
  }

  /** The newest snapshot of the pipeline's own that the account has. */
  async newest(place: Place): Promise<Snapshot | undefined> {
    const own = (await this.snapshots(place)).filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === TAG.pipeline && Value === this.config.name));
    const madeAt = ({ SnapshotCreateTime }: Snapshot) => SnapshotCreateTime?.getTime() ?? 0;
    return own.sort((a, b) => madeAt(b) - madeAt(a))[0];
  }

  async snapshot(place: Place, identifier: string): Promise<Snapshot | undefined> {
    return (await this.snapshots(place)).find(({ SnapshotIdentifier }) => SnapshotIdentifier === identifier);
  }

  /** Whether the target account may restore a snapshot of the source. */
  async isShared(identifier: string): Promise<boolean> {
    const { source, target } = this.stage.world;
    return (await this.snapshots(target, source)).some(({ SnapshotIdentifier }) => SnapshotIdentifier === identifier);
  }

  async clusters(place: Place): Promise<readonly Cluster[]> {
    return (await this.stage.client(RedshiftClient, place).send(new DescribeClustersCommand({}))).Clusters ?? [];
  }

  /** Keys of the evidence in the locked bucket, by their beginning. */
  async evidenceKeys(prefix: string): Promise<readonly string[]> {
    const { Contents = [] } = await this.stage.client(S3Client, this.stage.world.target).send(new ListObjectsV2Command({ Bucket: this.evidenceBucket, Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key);
  }

  /** Evidence in the locked bucket, by the beginning of its keys. */
  async evidence(prefix: string): Promise<readonly unknown[]> {
    const s3 = this.stage.client(S3Client, this.stage.world.target);
    const read = async (Key: string) => JSON.parse((await (await s3.send(new GetObjectCommand({ Bucket: this.evidenceBucket, Key }))).Body?.transformToString()) ?? '') as unknown;
    return Promise.all((await this.evidenceKeys(prefix)).map(read));
  }

  get evidenceBucket(): string {
    const { target } = this.stage.world;
    return `${this.config.name}-backup-evidence-${target.account}-${target.region}`;
  }
}
