import { BatchDeleteImageCommand, BatchGetImageCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';
import type { WarmStandbyWorld } from './world';

const KEPT = 'kept';

/** Takes the tag away that the tasks of a service name: they cannot be started any more. Returns how to give it back. */
export async function takeImageAway(stage: Stage<WarmStandbyWorld>, name: string, place: Place): Promise<() => Promise<void>> {
  const ecs = stage.client(ECSClient, place);
  const ecr = stage.client(ECRClient, place);
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
