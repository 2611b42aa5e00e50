import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const MINUTE_MS = 60_000;
const DAYS = 2;
const DAY_MS = 86_400_000;

/** Objects of the application that had not left the region when it was lost. */
export const objectsLeftBehind: Scenario<WarmStandbyWorld> = {
  name: 'objects-left-behind',
  title: 'Objects that had not been replicated when the region was lost are listed, however old they are, and those that had been are not',
  cannotProve: ['the two days between the objects are not played: the clock is put forward'],
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, config } = shop;
    await shop.begin();
    const bucketIn = ({ account, region }: typeof primary) => `${config.name}-app-data-${account}-${region}`;
    const put = (Key: string) => stage.client(S3Client, primary).send(new PutObjectCommand({ Bucket: bucketIn(primary), Key, Body: Key, Tagging: 'kind=invoice' }));
    const names = (what: string) => [1, 2].map((number) => `${what}-${Math.round(stage.cloud.clock.nowMs())}-${number}`);
    const arrived = names('arrived');
    const leftBehind = names('left-behind');
    const [removed = ''] = names('removed');
    await stage.step('two objects are written, a third is written and removed, and all that is copied to the other region', async () => {
      for (const key of [...arrived, removed]) await put(key);
      await stage.client(S3Client, primary).send(new DeleteObjectCommand({ Bucket: bucketIn(primary), Key: removed }));
      await stage.cloud.clock.pass(MINUTE_MS);
    });
    for (const Key of arrived) await stage.client(S3Client, standby).send(new HeadObjectCommand({ Bucket: bucketIn(standby), Key }));
    const { objectReplication } = stage.cloud.services.storage;
    objectReplication.stop(bucketIn(primary));
    const [longAgo = '', ofLate = ''] = leftBehind;
    await stage.step('replication of objects stalls, and one more is written', () => put(longAgo));
    await stage.step(`${DAYS} days pass`, async () => stage.cloud.clock.putForward(DAYS * DAY_MS));
    await stage.step('and five minutes; another is written', async () => {
      await stage.cloud.clock.pass(5 * MINUTE_MS);
      await put(ofLate);
    });
    await shop.serve(10);
    await shop.lose(primary);
    const report = await shop.approve(standby, await shop.untilAsked(standby));
    await shop.serve(10);
    const losses = new LostWork(shop, primary, report);
    const lost = await losses.checkReport();
    await shop.comesBack(primary);
    const { objects } = await losses.checkList(lost);
    const listed = objects.map(({ key }) => key).filter((key) => [...arrived, ...leftBehind].includes(key)).sort();
    stage.check(JSON.stringify(listed) === JSON.stringify([...leftBehind].sort()), 'the list has the objects that were left behind, and no others', ...listed);
    objectReplication.resume(bucketIn(primary));
    await shop.finish();
  },
};
