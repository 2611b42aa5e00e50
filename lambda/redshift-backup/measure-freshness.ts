import { Keys } from '../common/aws/keys';
import { RedshiftSnapshots, type WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, TAG } from './contract';
import { ownedBy } from './kept-snapshots';
import { isNameOf } from './snapshot-name';

export interface MeasureFreshnessPorts {
  readonly pipeline: string;
  readonly sourceAccount: string;
  readonly snapshotPrefix: string;
  readonly snapshots: Pick<RedshiftSnapshots, 'listShared' | 'listOwn'>;
  /** Whether the key of a snapshot may be used for a restore; says what is in the way. */
  readonly keyObstacle: (keyArn: string) => Promise<string | undefined>;
  readonly now: () => Date;
}

export interface MeasureFreshnessOutput {
  /** Null when nothing could be restored: then nothing is published either, and the alarm takes silence for what it is. */
  readonly restorableAgeSeconds: number | null;
  readonly provenAgeSeconds: number | null;
  readonly newestShared: string | null;
  readonly newestOwned: string | null;
  readonly obstacles: readonly string[];
}

/**
 * Measures, from the account that would have to restore, how old the data is that it could restore now.
 *
 * Whether the source believes that its backups went well does not matter: what counts is what is visible here, complete, and
 * under a key that may be used.
 */
export async function measureFreshness(_input: unknown, ports: MeasureFreshnessPorts): Promise<MeasureFreshnessOutput> {
  const { pipeline, sourceAccount, snapshotPrefix, snapshots, now } = ports;
  const shared = (await snapshots.listShared(sourceAccount)).filter(({ identifier, status }) => status === 'available' && isNameOf(snapshotPrefix, identifier));
  const owned = ownedBy(pipeline, await snapshots.listOwn()).filter(({ status }) => status === 'available');
  const keys = [...new Set([...shared, ...owned].flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []))];
  const obstacles = new Map(await Promise.all(keys.map(async (key) => [key, await ports.keyObstacle(key)] as const)));
  const restorable = (snapshot: WarehouseSnapshot) => snapshot.kmsKeyArn === undefined || obstacles.get(snapshot.kmsKeyArn) === undefined;
  const newestShared = newest(shared.filter(restorable));
  const newestOwned = newest(owned.filter(restorable));
  const age = (snapshot: WarehouseSnapshot | undefined) => (snapshot ? Math.max(0, Math.round((now().getTime() - dataAsOf(snapshot)) / 1000)) : null);
  const provenAgeSeconds = age(newestOwned);
  const ages = [age(newestShared), provenAgeSeconds].filter((value) => value !== null);
  const restorableAgeSeconds = ages.length > 0 ? Math.min(...ages) : null;
  if (restorableAgeSeconds !== null) addMetric(pipeline, METRIC.restorableAge, restorableAgeSeconds);
  if (provenAgeSeconds !== null) addMetric(pipeline, METRIC.provenAge, provenAgeSeconds);
  return {
    restorableAgeSeconds,
    provenAgeSeconds,
    newestShared: newestShared?.identifier ?? null,
    newestOwned: newestOwned?.identifier ?? null,
    obstacles: [...obstacles.values()].filter((obstacle) => obstacle !== undefined),
  };
}

function newest(snapshots: readonly WarehouseSnapshot[]): WarehouseSnapshot | undefined {
  return [...snapshots].sort((a, b) => dataAsOf(b) - dataAsOf(a))[0];
}

/** A copy is younger than its data. */
function dataAsOf({ createdAt, tags }: WarehouseSnapshot): number {
  return new Date(tags[TAG.dataAsOf] ?? createdAt).getTime();
}

export const handler = defineHandler('redshift-backup/measure-freshness', measureFreshness, (env) => {
  const target = { region: env.region };
  const grantee = `arn:aws:iam::${env.required(ENV.TARGET_ACCOUNT)}:root`;
  return {
    pipeline: env.required(ENV.PIPELINE),
    sourceAccount: env.required(ENV.SOURCE_ACCOUNT),
    snapshotPrefix: env.required(ENV.SNAPSHOT_PREFIX),
    snapshots: RedshiftSnapshots.in(target),
    keyObstacle: (keyArn: string) => Keys.in(target).obstacleToGrant(keyArn, grantee),
    now: () => new Date(),
  };
});
