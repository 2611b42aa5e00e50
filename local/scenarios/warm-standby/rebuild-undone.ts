import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { type DBInstance, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Place } from '../../cloud/gateway/service';
import type { Scenario } from '../../rehearsal/scenario';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** The first half of a failback is taken back, and then made again. */
export const rebuildUndone: Scenario<WarmStandbyWorld> = {
  name: 'rebuild-undone',
  title: 'A rebuild is undone: the old database has its name again, tasks are back, and nothing is deleted',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby } = shop;
    await shop.begin();
    await shop.moveTo(standby);
    const old = await resourceOf(primary);
    await shop.inShort(() => shop.rebuild(primary));
    const [rebuilt, serving] = await Promise.all([instanceIn(primary), instanceIn(standby)]);
    stage.check(JSON.stringify(rebuilt) === JSON.stringify(serving), 'the new replica is what the other region was deployed with', JSON.stringify(rebuilt));
    stage.check((await tasksIn(primary)) === shop.config.service.standbyTasks, `${primary.region} runs the tasks of a standby`);
    const outcome = await stage.step('undo it', async () => {
      const { executionArn } = await stage.client(SFNClient, primary).send(new StartExecutionCommand({ stateMachineArn: shop.stateMachineArn(primary, 'rebuild'), input: JSON.stringify({ mode: 'undo' }) }));
      return stage.executionEnd(primary, executionArn ?? '');
    });
    stage.check(outcome.status === 'SUCCEEDED', 'it was undone', ...(outcome.error ? [`${outcome.error}: ${outcome.cause ?? ''}`] : []));
    stage.check((await resourceOf(primary)) === old, 'the old database has its name again, and the new replica is kept aside');
    stage.check((await tasksIn(primary)) === shop.config.service.activeTasks, 'as many tasks run as before');
    await shop.serve(30);
    await shop.inShort(() => shop.rebuild(primary));
    await shop.finish();

    async function describe(place: Place): Promise<DBInstance | undefined> {
      const { DBInstances: [found] = [] } = await stage.client(RDSClient, place).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: shop.databases.instance }));
      return found;
    }

    async function resourceOf(place: Place): Promise<string | undefined> {
      return (await describe(place))?.DbiResourceId;
    }

    /** What does not depend on where it is, nor on who is whose replica. */
    async function instanceIn(place: Place): Promise<object> {
      const { DBInstanceClass, StorageType, MultiAZ, PubliclyAccessible, DeletionProtection, IAMDatabaseAuthenticationEnabled, AutoMinorVersionUpgrade, CopyTagsToSnapshot, StorageEncrypted } = (await describe(place)) ?? {};
      return { DBInstanceClass, StorageType, MultiAZ, PubliclyAccessible, DeletionProtection, IAMDatabaseAuthenticationEnabled, AutoMinorVersionUpgrade, CopyTagsToSnapshot, StorageEncrypted };
    }

    async function tasksIn(place: Place): Promise<number | undefined> {
      const { services: [found] = [] } = await stage.client(ECSClient, place).send(new DescribeServicesCommand({ cluster: shop.serviceName, services: [shop.serviceName] }));
      return found?.desiredCount;
    }
  },
};
