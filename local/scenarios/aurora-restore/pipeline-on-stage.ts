import { createHash } from 'node:crypto';
import { DescribeDBClustersCommand, DescribeDBClusterSnapshotsCommand, RDSClient, type DBCluster, type DBClusterSnapshot } from '@aws-sdk/client-rds';
import { QueryCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type RestoreRequest, TAG } from '../../../lambda/aurora-restore/contract';
import { regionalArn } from '../../cloud/gateway/arn';
import type { Place } from '../../cloud/gateway/service';
import { ending, messageIn } from '../../rehearsal/error-of-execution';
import { ringingAlarms } from '../../rehearsal/ringing-alarms';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import { sourceOf, type AuroraRestoreWorld, type SourceWorld } from './world';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** One row of the audit table, as anybody can read it. */
export interface AuditRow {
  readonly event_type: string;
  readonly timestamp: string;
  readonly event_details: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** A pipeline as an operator works with it: asks for restores, waits, and looks at what came of them. */
export class PipelineOnStage {
  readonly source: SourceWorld;
  readonly target: Place;

  constructor(
    private readonly stage: Stage<AuroraRestoreWorld>,
    readonly name: string,
  ) {
    this.source = sourceOf(stage.world, name);
    const { account, region } = this.source.config.target;
    this.target = stage.place(account, region);
  }

  functionName(operation: string): string {
    return `aurora-restore-${this.name}-${operation}`;
  }

  /** Takes a snapshot of the source between two manifests, as its schedule would. */
  async capture(): Promise<void> {
    const outcome = await this.captureEnd(`capture ${this.source.config.source.clusterIdentifier}: manifest, snapshot, manifest`);
    this.stage.check(outcome.status === 'SUCCEEDED', 'the capture succeeded', outcome.cause ?? '');
  }

  /** Captures, and tells how that ended. */
  async captureEnd(title: string): Promise<ExecutionOutcome> {
    const { place } = this.source;
    return this.stage.step(title, async () => {
      const { executionArn } = await this.stage.invoke<{ executionArn: string }>(place, this.functionName('start-capture'), {});
      return this.stage.executionEnd(place, executionArn);
    });
  }

  /** Makes sure that there is a capture: a scenario that is played alone has nobody before it who took one. */
  async captured(): Promise<void> {
    if ((await this.captures()).length === 0) await this.capture();
  }

  /** The snapshots that captures have made and that stay, the oldest first. */
  async captures(): Promise<readonly string[]> {
    const { DBClusterSnapshots = [] } = await this.stage.client(RDSClient, this.source.place).send(new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'manual' }));
    const tagOf = ({ TagList = [] }: DBClusterSnapshot, name: string) => TagList.find(({ Key }) => Key === name)?.Value;
    const isCapture = (snapshot: DBClusterSnapshot) => snapshot.Status !== 'deleting' && tagOf(snapshot, TAG.pipeline) === this.name && tagOf(snapshot, TAG.manifest) === snapshot.DBClusterSnapshotIdentifier;
    return DBClusterSnapshots.filter(isCapture).map(({ DBClusterSnapshotIdentifier = '' }) => DBClusterSnapshotIdentifier).sort();
  }

  /** Requests a restore by the function made for it, and waits for its end. */
  async restore(request: RestoreRequest, title = `restore ${this.source.config.target.clusterIdentifier}`): Promise<ExecutionOutcome> {
    return this.stage.step(
      title,
      async () => {
        const { executionArn } = await this.request(request);
        return this.stage.executionEnd(this.target, executionArn);
      },
      (outcome) => [ending(outcome)],
    );
  }

  async request(request: RestoreRequest): Promise<{ readonly executionArn: string; readonly operationId: string }> {
    return this.stage.invoke(this.target, this.functionName('request-restore'), request);
  }

  /** The execution that goes on, if there is one. */
  async runningExecution(): Promise<string | undefined> {
    const stateMachineArn = regionalArn('states', this.target, `stateMachine:aurora-restore-${this.name}`);
    const { executions = [] } = await this.stage.client(SFNClient, this.target).send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    return executions[0]?.executionArn;
  }

  /** Restores and fails the scenario unless that succeeds and the content is what its reference says. */
  async restoreProven(request: RestoreRequest, title?: string): Promise<void> {
    const { status, output, cause } = await this.restore(request, title);
    this.stage.check(status === 'SUCCEEDED', 'the restore succeeded', ...(cause ? [messageIn(cause)] : []));
    const { proof } = output as { proof: { verdict: string; basis: string; tables: number; rows: number; provenRows: number } };
    // A live source may have moved on since the snapshot: that it has not is seen, and is less than a proof.
    const expected = proof.basis === 'live' ? 'SAME_AS_LIVE_SOURCE' : 'PROVEN';
    this.stage.check(proof.verdict === expected, `content ${proof.verdict}: ${proof.provenRows} of ${proof.rows} rows in ${proof.tables} tables, compared with ${basisInWords(proof.basis)}`);
  }

  /** Restores and fails the scenario unless that fails, with words that say why. */
  async restoreFailing(request: RestoreRequest, because: RegExp, title?: string): Promise<void> {
    const { status, error, cause } = await this.restore(request, title);
    this.stage.check(status === 'FAILED' && because.test(`${error ?? ''}: ${cause ?? ''}`), `the run failed and says why`, `${error ?? ''}: ${messageIn(cause)}`);
  }

  /** The same, because a function lacks a permission for as long as that takes. */
  async restoreWithout(operation: string, action: string, request: RestoreRequest, title = `run ${operation} without ${action}`): Promise<void> {
    const role = this.functionName(operation);
    await this.stage.without(`${role}=${action}`, () => this.restoreFailing(request, new RegExp(`${role}.*${action}`, 's'), title));
  }

  /** Gives an operation up: nothing of it stays. */
  async abandoned(operationId: string): Promise<void> {
    const { status, cause } = await this.restore({ operationId, mode: 'abandon' }, 'give the operation up');
    this.stage.check(status === 'SUCCEEDED', 'what it made is removed', messageIn(cause));
    await this.checkNothingLeft(operationId);
  }

  /** The audit of an operation, whose chain must be whole. */
  async audit(operationId: string): Promise<readonly AuditRow[]> {
    const events = await this.events(operationId);
    this.stage.check(events.length > 0 && isUnbroken(events), `the audit of ${operationId} has ${events.length} events in an unbroken chain`);
    return events;
  }

  /** What the audit has of an operation so far. */
  async events(operationId: string): Promise<readonly AuditRow[]> {
    const { Items = [] } = await this.stage.client(DynamoDBClient, this.target).send(
      new QueryCommand({
        TableName: `AuroraRestoreAudit-${this.name}`,
        KeyConditionExpression: 'operation_id = :id',
        ExpressionAttributeValues: { ':id': { S: operationId } },
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => unmarshall(item) as AuditRow);
  }

  async clusters(place = this.target): Promise<readonly DBCluster[]> {
    return (await this.stage.client(RDSClient, place).send(new DescribeDBClustersCommand({}))).DBClusters ?? [];
  }

  async cluster(identifier: string, place = this.target): Promise<DBCluster | undefined> {
    return (await this.clusters(place)).find(({ DBClusterIdentifier }) => DBClusterIdentifier === identifier);
  }

  /** Waits until a snapshot of the source can be used. */
  async untilSnapshotAvailable(identifier: string): Promise<void> {
    await this.stage.until(`snapshot ${identifier} is available`, DAY_MS, async () => {
      const { DBClusterSnapshots: [snapshot] = [] } = await this.stage.client(RDSClient, this.source.place).send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: identifier }));
      return snapshot?.Status === 'available' ? true : undefined;
    });
  }

  /** Waits until an alarm of the pipeline rings. */
  async rings(condition: string): Promise<void> {
    const alarm = `aurora-restore/${this.name}/${condition}`;
    await this.stage.step(`the alarm ${condition} rings`, () => this.stage.until(alarm, HOUR_MS, async () => ((await ringingAlarms(this.stage, this.target)).includes(alarm) ? true : undefined)));
  }

  /** Everything in an account and region that carries the tag of an operation, unless it is going already. */
  async madeBy(operationId: string, place: Place): Promise<readonly string[]> {
    const rds = this.stage.client(RDSClient, place);
    const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
    const { DBClusterSnapshots = [] } = await rds.send(new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'manual' }));
    const isOurs = ({ TagList = [], Status }: DBCluster | DBClusterSnapshot) => Status !== 'deleting' && TagList.some(({ Key, Value }) => Key === TAG.operation && Value === operationId);
    return [...DBClusters.filter(isOurs).map(({ DBClusterArn = '' }) => DBClusterArn), ...DBClusterSnapshots.filter(isOurs).map(({ DBClusterSnapshotArn = '' }) => DBClusterSnapshotArn)];
  }

  /** Nothing of the operation is left, on either side. */
  async checkNothingLeft(operationId: string): Promise<void> {
    const left = [...(await this.madeBy(operationId, this.target)), ...(await this.madeBy(operationId, this.source.place))];
    this.stage.check(left.length === 0, `nothing of ${operationId} is left`, ...left);
  }
}

/** Follows the chain as an auditor would who has the table alone: each event's hash covers its fields, by name, and the hash before. */
function isUnbroken(events: readonly AuditRow[]): boolean {
  return events.every(({ hash, ...fields }, index) => {
    const ordered = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
    const previous = events[index - 1]?.hash ?? '0'.repeat(64);
    return fields.previous_hash === previous && hash === createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
  });
}

function basisInWords(basis: string): string {
  return basis === 'live' ? 'the live source, because the snapshot has no manifests' : 'the manifests taken around the snapshot';
}
