import { BatchDeleteImageCommand, BatchGetImageCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Place } from '../../cloud/gateway/service';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const KEPT = 'kept';
const MINUTE_SECONDS = 60;

/** The region that takes over cannot start its tasks: their image is gone from its registry. */
export const imageMissing: Scenario<WarmStandbyWorld> = {
  name: 'image-missing',
  title: 'Tasks whose image is missing stop the failover before clients are sent there; put back and asked again, it goes on',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const [from, to] = [shop.standby, shop.primary];
    await shop.begin(from);
    await shop.serve(10);
    const { length: served } = shop.client.promised(to.region);
    const putBack = await stage.step(`somebody deletes the image in ${to.region}`, () => takeImageAway(stage, shop, to));
    const outcome = await stage.step('planned failover', async () => {
      const { operationId } = await shop.request(to, { kind: 'planned', requestedBy: 'operator', reason: 'rehearsal' });
      return shop.failoverEnd(to, operationId ?? '');
    }, ({ status, error, cause }) => [`${status} with ${error ?? ''}: ${cause ?? ''}`]);
    stage.check(outcome.status === 'FAILED' && outcome.error === 'WarmStandby.ServiceNotReady', 'it stopped, and says that tasks are missing');
    stage.check(shop.client.promised(to.region).length === served, 'no client was sent there');
    await stage.step('somebody puts the image back', putBack);
    const report = await shop.moveTo(to);
    await shop.serve(10);
    stage.check((report.steps['promote']?.seconds ?? Infinity) < 60, 'asked again, it goes on where it stopped: nothing is promoted twice', report.run.operationId);
    stage.check(Math.abs((report.recoveryTimeSeconds ?? 0) - shop.client.longestSilenceSeconds()) < 2 * MINUTE_SECONDS, 'the report tells of the whole time without service', `${report.recoveryTimeSeconds ?? 0} s; the client waited ${shop.client.longestSilenceSeconds()} s`);
    const lost = await new LostWork(shop, from, report).checkReport();
    stage.check(lost.length === 0, 'nothing is lost');
    await shop.finish();
  },
};

/** Takes the tag away that the tasks name. Returns how to give it back. */
async function takeImageAway(stage: Stage<WarmStandbyWorld>, shop: StandbyOnStage, place: Place): Promise<() => Promise<void>> {
  const ecs = stage.client(ECSClient, place);
  const ecr = stage.client(ECRClient, place);
  const name = shop.serviceName;
  const { services: [service] = [] } = await ecs.send(new DescribeServicesCommand({ cluster: name, services: [name] }));
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }));
  const [, repositoryName = '', imageTag = ''] = /^[^/]+\/([^:]+):(.+)$/.exec(taskDefinition?.containerDefinitions?.[0]?.image ?? '') ?? [];
  const { images: [image] = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest: image?.imageManifest, imageTag: KEPT }));
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  return async () => {
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest: image?.imageManifest, imageTag }));
    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: KEPT }] }));
  };
}
