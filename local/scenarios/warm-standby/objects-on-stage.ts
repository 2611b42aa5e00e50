import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Place } from '../../cloud/gateway/service';
import type { LossesView } from './lost-work';
import type { StandbyOnStage } from './standby-on-stage';

const MINUTE_MS = 60_000;

/** Objects that the application writes in the active region: some are replicated, some are not when the region is lost. */
export class ObjectsOnStage {
  private readonly arrived: readonly string[];
  private readonly removed: string;
  private readonly leftBehind: readonly [longAgo: string, ofLate: string];

  constructor(
    private readonly shop: StandbyOnStage,
    private readonly from: Place,
  ) {
    const now = Math.round(shop.stage.cloud.clock.nowMs());
    this.arrived = [`arrived-${now}-1`, `arrived-${now}-2`];
    this.removed = `removed-${now}`;
    this.leftBehind = [`left-behind-${now}-1`, `left-behind-${now}-2`];
  }

  /** Writes some and waits until the other region has them. */
  async replicate(): Promise<void> {
    const { shop, from, arrived, removed } = this;
    const { stage } = shop;
    await stage.step('two objects are written, a third is written and removed, and all that is copied to the other region', async () => {
      for (const key of [...arrived, removed]) await this.put(key);
      await stage.client(S3Client, from).send(new DeleteObjectCommand({ Bucket: this.bucketIn(from), Key: removed }));
      await stage.cloud.clock.pass(MINUTE_MS);
    });
    const to = shop.otherThan(from);
    for (const Key of arrived) await stage.client(S3Client, to).send(new HeadObjectCommand({ Bucket: this.bucketIn(to), Key }));
  }

  /** From now on nothing is copied. */
  async stall(): Promise<void> {
    await this.shop.stage.step('replication of objects stalls, and one more is written', async () => {
      this.shop.stage.cloud.services.storage.objectReplication.stop(this.bucketIn(this.from));
      await this.put(this.leftBehind[0]);
    });
  }

  async leaveBehind(): Promise<void> {
    await this.shop.stage.step('another object is written', () => this.put(this.leftBehind[1]));
  }

  /** Fails the scenario unless the list has the objects that were left behind, however old, and none that was not. Copies go on. */
  checkList({ objects }: LossesView): void {
    const { shop, arrived, removed, leftBehind } = this;
    const listed = objects.map(({ key }) => key).filter((key) => [...arrived, removed, ...leftBehind].includes(key)).sort();
    shop.stage.check(JSON.stringify(listed) === JSON.stringify([...leftBehind].sort()), 'the list has the objects that were left behind, and no others', ...listed);
    shop.stage.cloud.services.storage.objectReplication.resume(this.bucketIn(this.from));
  }

  private async put(Key: string): Promise<void> {
    await this.shop.stage.client(S3Client, this.from).send(new PutObjectCommand({ Bucket: this.bucketIn(this.from), Key, Body: Key, Tagging: 'kind=invoice' }));
  }

  private bucketIn({ account, region }: Place): string {
    return `${this.shop.config.name}-app-data-${account}-${region}`;
  }
}
