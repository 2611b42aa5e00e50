import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Place } from '../../cloud/gateway/service';
import type { StandbyOnStage } from './standby-on-stage';

/**
 * Makes a region that lost its role a standby again, takes that back, and makes it once more. Fails the scenario unless the old
 * database has its name again in between, its tasks are back, and nothing is deleted.
 */
export async function rebuildTwice(shop: StandbyOnStage, place: Place): Promise<void> {
  const { stage, config } = shop;
  const old = await resourceOf();
  await shop.inShort(() => shop.rebuild(place));
  const [rebuilt, serving] = await Promise.all([instanceIn(place), instanceIn(shop.otherThan(place))]);
  stage.check(JSON.stringify(rebuilt) === JSON.stringify(serving), 'the new replica is what the other region was deployed with', JSON.stringify(rebuilt));
  stage.check((await tasks()) === config.service.standbyTasks, `${place.region} runs the tasks of a standby`);
  const outcome = await stage.step('undo it', () => shop.inShort(() => shop.runRebuild(place, 'undo')));
  stage.check(outcome.status === 'SUCCEEDED', 'it was undone', ...(outcome.error ? [`${outcome.error}: ${outcome.cause ?? ''}`] : []));
  stage.check((await resourceOf()) === old, 'the old database has its name again, and the new replica is kept aside');
  stage.check((await tasks()) === config.service.activeTasks, 'as many tasks run as before');
  await shop.inShort(() => shop.rebuild(place));

  async function resourceOf(): Promise<string | undefined> {
    return (await shop.databases.find(place))?.DbiResourceId;
  }

  /** What does not depend on where it is, nor on who is whose replica. */
  async function instanceIn(where: Place): Promise<object> {
    const { DBInstanceClass, StorageType, MultiAZ, PubliclyAccessible, DeletionProtection, IAMDatabaseAuthenticationEnabled, AutoMinorVersionUpgrade, CopyTagsToSnapshot, StorageEncrypted } = (await shop.databases.find(where)) ?? {};
    return { DBInstanceClass, StorageType, MultiAZ, PubliclyAccessible, DeletionProtection, IAMDatabaseAuthenticationEnabled, AutoMinorVersionUpgrade, CopyTagsToSnapshot, StorageEncrypted };
  }

  async function tasks(): Promise<number | undefined> {
    const { services: [found] = [] } = await stage.client(ECSClient, place).send(new DescribeServicesCommand({ cluster: shop.serviceName, services: [shop.serviceName] }));
    return found?.desiredCount;
  }
}
