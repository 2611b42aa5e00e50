import type { Scenario } from '../../rehearsal/scenario';
import { PipelineOnStage } from './pipeline-on-stage';
import { BEFORE_RELEASE, snapshotByHand } from './same-account';
import type { AuroraRestoreWorld } from './world';

/** An operator asks for a restore, and then the schedule does. */
export const twoAtOnce: Scenario<AuroraRestoreWorld> = {
  name: 'two-at-once',
  title: 'Two restores with one target take turns: the second waits until the name is not wanted any more, and then takes it over',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const { clusterIdentifier } = pipeline.source.config.target;
    await snapshotByHand(stage, pipeline, BEFORE_RELEASE);
    const operationIds = ['at-once-first', 'at-once-second'] as const;
    const executions = await stage.step(`two restores of ${clusterIdentifier} are requested`, async () => {
      const [first, second] = operationIds;
      const { executionArn } = await pipeline.request({ operationId: first, snapshotIdentifier: BEFORE_RELEASE });
      // The first is admitted before the second is asked for, as the turn of two that ask in the same moment is nobody's promise.
      await stage.until('the first is admitted', 60_000, async () => ((await pipeline.events(first)).length > 0 ? true : undefined));
      return [executionArn, (await pipeline.request({ operationId: second, snapshotIdentifier: BEFORE_RELEASE })).executionArn];
    });
    for (const executionArn of executions) {
      const { status, cause } = await stage.executionEnd(pipeline.target, executionArn);
      stage.check(status === 'SUCCEEDED', `${executionArn.split(':').pop() ?? ''} succeeded`, cause ?? '');
    }
    const [first, second] = await Promise.all(operationIds.map((operationId) => pipeline.audit(operationId)));
    const ended = first?.find(({ event_type }) => event_type === 'RunEnded');
    const admitted = second?.find(({ event_type }) => event_type === 'RequestAdmitted');
    stage.check(ended !== undefined && admitted !== undefined && ended.timestamp <= admitted.timestamp, 'the second was admitted when the first had ended', `${ended?.timestamp ?? ''} <= ${admitted?.timestamp ?? ''}`);
    const cluster = await pipeline.cluster(clusterIdentifier);
    stage.check(cluster?.TagList?.some(({ Value }) => Value === 'at-once-second') ?? false, `${clusterIdentifier} is the database of the second`);
  },
};
