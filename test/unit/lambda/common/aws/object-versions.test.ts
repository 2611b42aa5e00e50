import { HeadObjectCommand, type ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { ObjectVersions } from '../../../../../lambda/common/aws/object-versions';

const DAY_MS = 86_400_000;
const NOW = new Date('2027-01-02T00:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

/** A bucket with these versions, two a page: how each one's replication stands, and when it was written. */
function bucketOf(versions: Readonly<Record<string, readonly [status: string | undefined, writtenAt: Date]>>) {
  const keys = Object.keys(versions);
  const asked: string[] = [];
  const send = async (command: unknown) => {
    if (command instanceof HeadObjectCommand) {
      asked.push(command.input.Key!);
      return { ReplicationStatus: versions[command.input.Key!]![0] };
    }
    const { KeyMarker } = (command as ListObjectVersionsCommand).input;
    const from = KeyMarker === undefined ? 0 : keys.indexOf(KeyMarker) + 1;
    const page = keys.slice(from, from + 2);
    return { Versions: page.map((Key) => ({ Key, VersionId: 'v1', LastModified: versions[Key]![1] })), IsTruncated: from + 2 < keys.length, NextKeyMarker: page.at(-1), NextVersionIdMarker: 'v1' };
  };
  return { asked, versions: new ObjectVersions({ send } as unknown as S3Client, 'shop-app-data') };
}

const BUCKET = { arrived: ['COMPLETED', daysAgo(1)], 'failed-long-ago': ['FAILED', daysAgo(200)], pending: ['PENDING', daysAgo(0)], copied: ['REPLICA', daysAgo(0)], 'without-a-rule': [undefined, daysAgo(2)] } as const;
const inTime = () => false;

describe('ObjectVersions.notReplicated', () => {
  it('finds what failed long ago, too, when it is to look from the beginning on', async () => {
    const found = await bucketOf(BUCKET).versions.notReplicated({ since: null, isTimeUp: inTime });

    expect(found.isComplete).toBe(true);
    expect(found.versions.map(({ key, replicationStatus }) => [key, replicationStatus])).toEqual([['failed-long-ago', 'FAILED'], ['pending', 'PENDING'], ['without-a-rule', undefined]]);
  });

  it('asks nothing about versions that are older than it is to look at', async () => {
    const { asked, versions } = bucketOf(BUCKET);

    expect((await versions.notReplicated({ since: daysAgo(1), isTimeUp: inTime })).versions.map(({ key }) => key)).toEqual(['pending']);
    expect(asked).toEqual(['arrived', 'pending', 'copied']);
  });

  it('says that it has not looked at all when its time is up, and what it has found', async () => {
    let looks = 0;
    const found = await bucketOf(BUCKET).versions.notReplicated({ since: null, isTimeUp: () => (looks += 1) > 1 });

    expect(found).toMatchObject({ isComplete: false, versions: [{ key: 'failed-long-ago' }] });
  });
});
