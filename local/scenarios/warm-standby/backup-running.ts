import { CreateDBSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** The replica backs up when it is to be promoted, which RDS refuses. */
export const backupRunning: Scenario<WarmStandbyWorld> = {
  name: 'backup-running',
  title: 'A replica that backs up cannot be promoted: the failover waits the backup out and loses nothing',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const [from, to] = [shop.standby, shop.primary];
    const rds = stage.client(RDSClient, to);
    await shop.begin(from);
    await shop.serve(10);
    const DBSnapshotIdentifier = `${shop.databases.instance}-${Math.round(stage.cloud.clock.nowMs())}`;
    await stage.step(`somebody takes a snapshot of the replica in ${to.region}`, () => rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: shop.databases.instance, DBSnapshotIdentifier })));
    stage.check((await shop.databases.statusIn(to)) === 'backing-up', 'the replica is backing up');
    const report = await shop.moveTo(to);
    const promoteSeconds = report.steps['promote']?.seconds ?? 0;
    stage.check(promoteSeconds > 0, 'the promotion came after the backup', `${promoteSeconds} s from the fence to a promoted database with backups on`);
    await shop.serve(10);
    const lost = await new LostWork(shop, from, report).checkReport();
    stage.check(lost.length === 0, 'nothing is lost');
    await shop.finish();
  },
};
