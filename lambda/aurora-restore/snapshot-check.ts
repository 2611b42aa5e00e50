import { AuditLog } from '../common/audit-log';
import { ClusterSnapshots, type ClusterSnapshot } from '../common/aws/cluster-snapshots';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, NoUsableSnapshot, TAG, type ChosenSnapshot, type StepInput } from './contract';
import { settingsOf, sourceTarget } from './settings';
import { planHops, type Route } from './snapshot-route';

const HOUR_MS = 3_600_000;

export interface SnapshotCheckInput extends StepInput {
  /** `two` after AWS has refused to copy across account and region in one step. */
  readonly copySteps: 'one' | 'two';
}

export interface SnapshotCheckPorts {
  readonly pipeline: string;
  readonly sourceCluster: string;
  readonly maxAgeHours: number;
  readonly places: Pick<Route, 'source' | 'target'>;
  readonly snapshots: Pick<ClusterSnapshots, 'find' | 'listOf'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

/**
 * Chooses the snapshot to restore, refuses one that is not fit for it, and plans its way to the target.
 *
 * Without a named snapshot it takes the newest that is available, preferring one with a manifest over another of
 * the same hour. A snapshot that somebody named may be older than the limit: that is why it was named.
 */
export async function snapshotCheck({ run, copySteps }: SnapshotCheckInput, ports: SnapshotCheckPorts): Promise<ChosenSnapshot> {
  const { pipeline, places, audit, now } = ports;
  const snapshot = run.snapshotIdentifier ? await named(run.snapshotIdentifier, ports) : await newest(ports);
  const { hops, restorableArn } = planHops({ operationId: run.operationId, snapshot, ...places, steps: copySteps });
  const ageHours = (now().getTime() - snapshot.createdAt.getTime()) / HOUR_MS;
  addMetric(pipeline, METRIC.snapshotAge, ageHours);
  const chosen: ChosenSnapshot = {
    arn: snapshot.arn,
    identifier: snapshot.identifier,
    type: snapshot.type === 'automated' ? 'automated' : 'manual',
    createdAt: snapshot.createdAt.toISOString(),
    encryption: snapshot.encryption,
    kmsKeyArn: snapshot.kmsKeyArn ?? null,
    engineVersion: snapshot.engineVersion,
    sizeGb: snapshot.sizeGb,
    manifestKey: snapshot.tags[TAG.manifest] ?? null,
    hops,
    restorableArn,
  };
  await audit.append(run.operationId, { type: 'SnapshotChosen', status: 'succeeded', details: { ...chosen } });
  return chosen;
}

async function named(identifier: string, { snapshots, sourceCluster }: SnapshotCheckPorts): Promise<ClusterSnapshot> {
  const snapshot = await snapshots.find(identifier);
  if (!snapshot) throw new NoUsableSnapshot(`there is no snapshot ${identifier}, or it may not be seen from here`, { identifier });
  if (snapshot.status !== 'available') throw new NoUsableSnapshot(`snapshot ${identifier} is ${snapshot.status}, not available`, { identifier, status: snapshot.status });
  if (snapshot.clusterIdentifier !== sourceCluster) {
    throw new NoUsableSnapshot(`snapshot ${identifier} is of cluster ${snapshot.clusterIdentifier}, not of ${sourceCluster}`, { identifier });
  }
  return snapshot;
}

async function newest({ snapshots, sourceCluster, maxAgeHours, now }: SnapshotCheckPorts): Promise<ClusterSnapshot> {
  const available = (await snapshots.listOf(sourceCluster)).filter(({ status }) => status === 'available');
  const [best] = [...available].sort(byPreference);
  const ageHours = best ? (now().getTime() - best.createdAt.getTime()) / HOUR_MS : undefined;
  if (!best || ageHours === undefined || ageHours > maxAgeHours) {
    const found = best ? `the newest, ${best.identifier}, is ${ageHours?.toFixed(1) ?? ''} h old` : 'there is none that is available';
    throw new NoUsableSnapshot(`no snapshot of ${sourceCluster} is younger than ${maxAgeHours} h: ${found}`, { sourceCluster, maxAgeHours, newest: best?.arn });
  }
  return best;
}

function byPreference(a: ClusterSnapshot, b: ClusterSnapshot): number {
  const sameHour = Math.abs(a.createdAt.getTime() - b.createdAt.getTime()) < HOUR_MS;
  const manifests = Number(TAG.manifest in b.tags) - Number(TAG.manifest in a.tags);
  return sameHour && manifests !== 0 ? manifests : b.createdAt.getTime() - a.createdAt.getTime();
}

export const handler = defineHandler('aurora-restore/snapshot-check', snapshotCheck, (env) => {
  const now = () => new Date();
  const source = sourceTarget(env);
  return {
    pipeline: settingsOf(env).pipeline,
    sourceCluster: env.required(ENV.SOURCE_CLUSTER),
    maxAgeHours: env.number(ENV.SNAPSHOT_MAX_AGE_HOURS),
    places: {
      source: { account: env.required(ENV.SOURCE_ACCOUNT), region: source.region, keyArn: env.optional(ENV.SOURCE_KEY_ARN) },
      target: { account: env.required(ENV.TARGET_ACCOUNT), region: env.region, keyArn: env.required(ENV.TARGET_KEY_ARN) },
    },
    snapshots: ClusterSnapshots.in(source),
    audit: new AuditLog({ table: DynamoTable.in({ region: env.region }, env.required(ENV.AUDIT_TABLE)), now }),
    now,
  };
});
