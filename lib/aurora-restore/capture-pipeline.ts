import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, CustomState, Fail, Succeed, Wait, WaitTime, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ENV, TAG } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import { FunctionTask } from '../shared/function-task';
import type { Permission } from '../shared/permission';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import { AFTER_THE_OTHER, UNTIL_REACHABLE } from './database-retries';
import type { PipelineNames } from './names';
import { PipelineFunction } from './pipeline-function';

export interface CapturePipelineProps {
  readonly config: AuroraRestoreConfig;
  readonly names: PipelineNames;
  readonly takeManifest: PipelineFunction;
  readonly key: IKey;
}

const POLL = Duration.seconds(60);
/** The longest that a snapshot of a very large cluster was seen to take is hours; a capture that takes a day is lost. */
const LONGEST_CAPTURE = Duration.hours(24);

/** RDS throttles or fails, or is not reached: errors of its client that have no name of their own, as Step Functions calls them. */
const RDS_FAILS = ['Rds.RdsException', 'Rds.SdkClientException'];
/** The cluster is being changed, or backs up: no snapshot can be begun until it is available. */
const CLUSTER_BUSY = ['Rds.InvalidDbClusterStateException'];

/**
 * Takes a snapshot of the source between two manifests of its content: what is the same in both must be in the snapshot.
 * Captures past their days go at the end of each.
 */
export class CapturePipeline extends Construct {
  readonly stateMachine: StateMachine;
  readonly startCapture: PipelineFunction;

  constructor(scope: Construct, id: string, { config, names, takeManifest, key }: CapturePipelineProps) {
    super(scope, id);
    const { clusterIdentifier, keepCapturesDays } = config.source;
    const manifest = (phase: 'before' | 'after') => ({ 'captureId.$': '$.captureId', phase });
    const before = new FunctionTask(this, 'ManifestBefore', { target: takeManifest, payload: manifest('before'), resultPath: '$.before' });
    const createSnapshot = new CustomState(this, 'CreateSnapshot', {
      stateJson: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:rds:createDBClusterSnapshot',
        Parameters: {
          'DbClusterSnapshotIdentifier.$': '$.captureId',
          DbClusterIdentifier: clusterIdentifier,
          Tags: [
            { Key: TAG.pipeline, Value: config.name },
            { Key: TAG.manifest, 'Value.$': '$.captureId' },
          ],
        },
        ResultPath: null,
      },
    });
    const describeSnapshot = new CustomState(this, 'DescribeSnapshot', {
      stateJson: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:rds:describeDBClusterSnapshots',
        Parameters: { 'DbClusterSnapshotIdentifier.$': '$.captureId' },
        ResultSelector: { 'status.$': '$.DbClusterSnapshots[0].Status' },
        ResultPath: '$.snapshot',
      },
    });
    const wait = new Wait(this, 'WaitForSnapshot', { time: WaitTime.duration(POLL) });
    const after = new FunctionTask(this, 'ManifestAfter', { target: takeManifest, payload: manifest('after'), resultPath: '$.after' });
    // A second run of the same capture finds the snapshot that the first has started.
    createSnapshot.addCatch(wait, { errors: ['Rds.DbClusterSnapshotAlreadyExistsException'], resultPath: '$.adopted' });
    createSnapshot.addRetry(retryWithin(CLUSTER_BUSY, { interval: POLL, backoffRate: 1, budget: Duration.hours(2) }));
    for (const call of [createSnapshot, describeSnapshot]) call.addRetry(retryWithin(RDS_FAILS, { interval: Duration.seconds(10), backoffRate: 2, budget: Duration.minutes(10) }));
    for (const reading of [before, after]) {
      reading.addRetry(UNTIL_REACHABLE);
      reading.addRetry(AFTER_THE_OTHER);
    }
    before.next(createSnapshot).next(wait).next(describeSnapshot);
    describeSnapshot.next(
      new Choice(this, 'Available?')
        .when(Condition.stringEquals('$.snapshot.status', 'available'), after)
        .when(Condition.stringEquals('$.snapshot.status', 'creating'), wait)
        .otherwise(new Fail(this, 'SnapshotFailed', { error: 'AuroraRestore.SnapshotFailed', cause: 'AWS gave the snapshot up' })),
    );
    const sweepCaptures = this.sweepCaptures(names, key, clusterIdentifier, keepCapturesDays);
    after.next(new FunctionTask(this, 'SweepCaptures', { target: sweepCaptures, payload: {}, resultPath: '$.swept' })).next(new Succeed(this, 'Captured'));
    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: names.captureStateMachine,
      comment: `Takes snapshots of ${clusterIdentifier} with manifests`,
      start: before,
      functions: [takeManifest, sweepCaptures],
      permissions: this.snapshotPermissions(clusterIdentifier, config.name),
      timeout: LONGEST_CAPTURE,
      key,
    }).stateMachine;
    this.startCapture = new PipelineFunction(this, 'start-capture', { names, key, environment: {} }, {
      description: 'Starts a capture named after its scheduled time',
      environment: { [ENV.PIPELINE]: config.name, [ENV.STATE_MACHINE_ARN]: this.stateMachine.stateMachineArn },
      permissions: [{ actions: ['states:StartExecution'], resources: [this.stateMachine.stateMachineArn] }],
    });
  }

  private sweepCaptures(names: PipelineNames, key: IKey, clusterIdentifier: string, keepCapturesDays: number): PipelineFunction {
    const { account, region } = Stack.of(this);
    const rds = `arn:aws:rds:${region}:${account}`;
    const because = 'snapshots are named after the pipeline and the time of the capture';
    return new PipelineFunction(this, 'sweep-captures', { names, key, environment: {} }, {
      description: 'Deletes captures past their days',
      environment: { [ENV.PIPELINE]: names.pipeline, [ENV.SOURCE_CLUSTER]: clusterIdentifier, [ENV.KEEP_CAPTURES_DAYS]: String(keepCapturesDays) },
      permissions: [
        { actions: ['rds:DescribeDBClusterSnapshots'], resources: [`${rds}:cluster:${clusterIdentifier}`, `${rds}:cluster-snapshot:*`], because },
        {
          actions: ['rds:DeleteDBClusterSnapshot'],
          resources: [`${rds}:cluster-snapshot:${names.pipeline}-*`],
          conditions: { StringEquals: { [`aws:ResourceTag/${TAG.pipeline}`]: names.pipeline } },
          because,
        },
      ],
    });
  }

  private snapshotPermissions(clusterIdentifier: string, pipeline: string): readonly Permission[] {
    const { account, region } = Stack.of(this);
    const captures = `arn:aws:rds:${region}:${account}:cluster-snapshot:${pipeline}-*`;
    const because = 'snapshots are named after the pipeline and the time of the capture';
    return [
      { actions: ['rds:CreateDBClusterSnapshot'], resources: [`arn:aws:rds:${region}:${account}:cluster:${clusterIdentifier}`, captures], because },
      { actions: ['rds:AddTagsToResource', 'rds:DescribeDBClusterSnapshots'], resources: [captures], because },
    ];
  }
}
