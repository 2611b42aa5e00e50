import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DeleteDBClusterSnapshotCommand, DescribeDBClusterSnapshotsCommand, ModifyDBClusterSnapshotAttributeCommand, RDSClient, type DBClusterSnapshot } from '@aws-sdk/client-rds';
import { NoCopySlot, type CopyProgress, type Hop } from '../../../lambda/aurora-restore/contract';
import type { Stage } from '../../rehearsal/stage';
import type { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

type Copy = Extract<Hop, { kind: 'copy-to-target' }>;

const HOUR_MS = 3_600_000;
const OTHERS = ['other-1', 'other-2', 'other-3', 'other-4', 'other-5'] as const;

/** What the two functions of a copy need to know of a run and its snapshot. */
const inputOf = (operationId: string, hop: Hop) => ({ operationId, run: { operationId }, hop: 0, snapshot: { manifestKey: null, hops: [{ ...hop, snapshotIdentifier: `${operationId}-copy` }] } });

/** Five other runs have copies on their way into a region when one is requested: its own, the sixth, waits its turn, in the state machine as it is deployed. */
export async function sixthCopyWaits(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, like: string, request: () => Promise<void>): Promise<void> {
  const hop = await copyOf(pipeline, like);
  await stage.step('five other runs begin their copies', async () => {
    await share(stage, pipeline, hop.sourceArn);
    for (const operationId of OTHERS) await stage.invoke(pipeline.target, pipeline.functionName('copy-snapshot'), inputOf(operationId, hop));
  });
  const requested = request();
  await stage.step('a sixth is requested, and does not get a place', () => untilRefused(stage, pipeline, like));
  const underWay = await copiesUnderWay(stage, pipeline);
  stage.check(underWay.length === OTHERS.length, `${underWay.length} copies are under way in ${pipeline.target.region}`, ...underWay.map(({ DBClusterSnapshotIdentifier = '' }) => DBClusterSnapshotIdentifier));
  await stage.step('the others are done, and give their places back', () => finishOthers(stage, pipeline, hop));
  await requested;
}

/** As the first step of each of them would have done. */
async function share(stage: Stage<AuroraRestoreWorld>, { source, target }: PipelineOnStage, snapshotArn: string): Promise<void> {
  const DBClusterSnapshotIdentifier = snapshotArn.split(':').pop();
  await stage.client(RDSClient, source.place).send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier, AttributeName: 'restore', ValuesToAdd: [target.account] }));
}

/** The copy that an earlier run of the operation has begun. */
async function copyOf(pipeline: PipelineOnStage, operationId: string): Promise<Copy> {
  const hops = (await pipeline.events(operationId)).filter(({ event_type }) => event_type === 'HopStarted').map(({ event_details }) => JSON.parse(event_details) as Hop);
  const copy = hops.find((hop): hop is Copy => hop.kind === 'copy-to-target');
  if (!copy) throw new Error(`${operationId} has copied nothing`);
  return copy;
}

async function untilRefused(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, operationId: string): Promise<void> {
  const states = stage.client(SFNClient, pipeline.target);
  await stage.until(`${operationId} waits for a place`, HOUR_MS, async () => {
    const executionArn = await pipeline.runningExecution();
    if (!executionArn) return undefined;
    const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }));
    return events.some(({ lambdaFunctionFailedEventDetails }) => lambdaFunctionFailedEventDetails?.error === NoCopySlot.errorName) ? true : undefined;
  });
}

async function copiesUnderWay(stage: Stage<AuroraRestoreWorld>, { target }: PipelineOnStage): Promise<readonly DBClusterSnapshot[]> {
  const { DBClusterSnapshots = [] } = await stage.client(RDSClient, target).send(new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'manual' }));
  return DBClusterSnapshots.filter(({ Status }) => Status === 'copying');
}

async function finishOthers(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, hop: Hop): Promise<void> {
  const rds = stage.client(RDSClient, pipeline.target);
  for (const operationId of OTHERS) {
    await stage.until(`the copy of ${operationId} is done`, HOUR_MS, async () => ((await stage.invoke<CopyProgress>(pipeline.target, pipeline.functionName('check-copy-status'), inputOf(operationId, hop))).done ? true : undefined));
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: `${operationId}-copy` }));
  }
}
