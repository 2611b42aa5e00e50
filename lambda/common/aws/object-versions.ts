import { HeadObjectCommand, ListObjectVersionsCommand, S3Client, type ObjectVersion } from '@aws-sdk/client-s3';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** A version that is not known to have arrived in the other bucket. */
export interface UnreplicatedVersion {
  readonly key: string;
  readonly versionId: string;
  /** `PENDING`, `FAILED`, or nothing for a version to which no rule applied. */
  readonly replicationStatus: string | undefined;
  readonly writtenAt: string;
}

export interface UnreplicatedVersions {
  readonly versions: readonly UnreplicatedVersion[];
  /** False when the time was up before all had been looked at. */
  readonly isComplete: boolean;
}

/** Each version is asked for by itself: with so many at once a million takes about a quarter of an hour, and they are no burden to S3. */
const AT_ONCE = 25;

/** The versions of objects in one bucket. */
export class ObjectVersions {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  static in(target: Target, bucket: string): ObjectVersions {
    return new ObjectVersions(clientFor(S3Client, target), bucket);
  }

  /**
   * The versions that have not been replicated, of those that were written since a moment, or of all.
   *
   * Only each object itself tells how its replication stands: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
   */
  async notReplicated({ since, isTimeUp }: { readonly since: Date | null; readonly isTimeUp: () => boolean }): Promise<UnreplicatedVersions> {
    const found: UnreplicatedVersion[] = [];
    for await (const page of this.pages()) {
      const late = page.filter(({ LastModified }) => since === null || present(LastModified, 'Versions[].LastModified') >= since);
      for (let index = 0; index < late.length; index += AT_ONCE) {
        if (isTimeUp()) return { versions: found, isComplete: false };
        const seen = await Promise.all(late.slice(index, index + AT_ONCE).map((version) => this.lookAt(version)));
        found.push(...seen.filter(({ replicationStatus }) => replicationStatus !== 'COMPLETED' && replicationStatus !== 'REPLICA'));
      }
    }
    return { versions: found, isComplete: true };
  }

  private async lookAt({ Key, VersionId, LastModified }: ObjectVersion): Promise<UnreplicatedVersion> {
    const [key, versionId] = [present(Key, 'Versions[].Key'), present(VersionId, 'Versions[].VersionId')];
    const { ReplicationStatus } = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }));
    return { key, versionId, replicationStatus: ReplicationStatus, writtenAt: present(LastModified, 'Versions[].LastModified').toISOString() };
  }

  /** The SDK has no paginator for versions, whose pages have two markers. */
  private async *pages(): AsyncGenerator<readonly ObjectVersion[]> {
    let markers: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } | undefined = {};
    while (markers) {
      const page: { Versions?: ObjectVersion[]; IsTruncated?: boolean; NextKeyMarker?: string; NextVersionIdMarker?: string } = await this.client.send(new ListObjectVersionsCommand({ Bucket: this.bucket, ...markers }));
      yield page.Versions ?? [];
      markers = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
    }
  }
}
