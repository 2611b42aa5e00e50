import { Keys } from '../common/aws/keys';
import { RedshiftSnapshots, type SnapshotStore, type WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, TAG } from './contract';
import { ownedBy } from './kept-snapshots';
import { isCopyOf, isNameOf } from './snapshot-name';
import { snapshotsOf } from './warehouse-kind';

/** Snapshots of one region, and whether their keys may be used there. */
interface Region {
  readonly snapshots: Pick<SnapshotStore, 'listShared'>;
  /** Whether the key of a snapshot may be used for a restore; says what is in the way. */
  readonly keyObstacle: (keyArn: string) => Promise<string | undefined>;
}

export interface MeasureFreshnessPorts {
  readonly pipeline: string;
  readonly sourceAccount: string;
  readonly snapshotPrefix: string;
  readonly home: Region & { readonly snapshots: Pick<SnapshotStore, 'listShared' | 'listOwn'> };
  /** Where copies go besides, if they do. */
  readonly elsewhere: Region | undefined;
  readonly now: () => Date;
}

export interface MeasureFreshnessOutput {
  /** Null when nothing could be restored: then nothing is published either, and the alarm takes silence for what it is. */
  readonly restorableAgeSeconds: number | null;
  readonly provenAgeSeconds: number | null;
  /** Of the newest copy in the other region. */
  readonly regionCopyAgeSeconds: number | null;
  readonly newestShared: string | null;
  readonly newestOwned: string | null;
  readonly newestRegionCopy: string | null;
  readonly obstacles: readonly string[];
}

/**
 * Measures, from the account that would have to restore, how old the data is that it could restore now.
 *
 * Whether the source believes that its backups went well does not matter: what counts is what is visible here, complete, and
 * under a key that may be used.
 */
export async function measureFreshness(_input: unknown, ports: MeasureFreshnessPorts): Promise<MeasureFreshnessOutput> {
  const { pipeline, sourceAccount, snapshotPrefix, home, elsewhere, now } = ports;
  const shared = await home.snapshots.listShared(sourceAccount);
  const owned = ownedBy(pipeline, await home.snapshots.listOwn());
  const copies = (await elsewhere?.snapshots.listShared(sourceAccount)) ?? [];
  const newestShared = await newestRestorable(shared.filter(({ identifier }) => isNameOf(snapshotPrefix, identifier)), home);
  const newestOwned = await newestRestorable(owned, home);
  const newestCopy = elsewhere ? await newestRestorable(copies.filter(({ identifier }) => isCopyOf(snapshotPrefix, identifier)), elsewhere) : NONE;
  const age = ({ snapshot }: Newest) => (snapshot ? Math.max(0, Math.round((now().getTime() - dataAsOf(snapshot)) / 1000)) : null);
  const [provenAgeSeconds, regionCopyAgeSeconds] = [age(newestOwned), age(newestCopy)];
  const ages = [age(newestShared), provenAgeSeconds].filter((value) => value !== null);
  const restorableAgeSeconds = ages.length > 0 ? Math.min(...ages) : null;
  for (const [metric, seconds] of [[METRIC.restorableAge, restorableAgeSeconds], [METRIC.provenAge, provenAgeSeconds], [METRIC.regionCopyAge, regionCopyAgeSeconds]] as const) {
    if (seconds !== null) addMetric(pipeline, metric, seconds);
  }
  return {
    restorableAgeSeconds,
    provenAgeSeconds,
    regionCopyAgeSeconds,
    newestShared: newestShared.snapshot?.identifier ?? null,
    newestOwned: newestOwned.snapshot?.identifier ?? null,
    newestRegionCopy: newestCopy.snapshot?.identifier ?? null,
    obstacles: [...new Set([newestShared, newestOwned, newestCopy].flatMap(({ obstacles }) => obstacles))],
  };
}

interface Newest {
  readonly snapshot: WarehouseSnapshot | undefined;
  readonly obstacles: readonly string[];
}

const NONE: Newest = { snapshot: undefined, obstacles: [] };

/** The snapshot with the newest data that is complete and whose key may be used. */
async function newestRestorable(snapshots: readonly WarehouseSnapshot[], { keyObstacle }: Pick<Region, 'keyObstacle'>): Promise<Newest> {
  const available = snapshots.filter(({ status }) => status === 'available');
  const keys = [...new Set(available.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []))];
  const obstacles = new Map(await Promise.all(keys.map(async (key) => [key, await keyObstacle(key)] as const)));
  const restorable = available.filter(({ kmsKeyArn }) => kmsKeyArn === undefined || obstacles.get(kmsKeyArn) === undefined);
  const snapshot = [...restorable].sort((a, b) => dataAsOf(b) - dataAsOf(a))[0];
  return { snapshot, obstacles: [...obstacles.values()].filter((obstacle) => obstacle !== undefined) };
}

/** A copy is younger than its data. */
function dataAsOf({ createdAt, tags }: WarehouseSnapshot): number {
  return new Date(tags[TAG.dataAsOf] ?? createdAt).getTime();
}

export const handler = defineHandler('redshift-backup/measure-freshness', measureFreshness, (env) => {
  const grantee = `arn:aws:iam::${env.required(ENV.TARGET_ACCOUNT)}:root`;
  const keyObstacle = (region: string) => (keyArn: string) => Keys.in({ region }).obstacleToGrant(keyArn, grantee);
  const other = env.optional(ENV.COPY_REGION);
  return {
    pipeline: env.required(ENV.PIPELINE),
    sourceAccount: env.required(ENV.SOURCE_ACCOUNT),
    snapshotPrefix: env.required(ENV.SNAPSHOT_PREFIX),
    home: { snapshots: snapshotsOf(env), keyObstacle: keyObstacle(env.region) },
    elsewhere: other === undefined ? undefined : { snapshots: RedshiftSnapshots.in({ region: other }), keyObstacle: keyObstacle(other) },
    now: () => new Date(),
  };
});
