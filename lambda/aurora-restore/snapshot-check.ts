import { type AuditLog, happened, type AuditEvent } from '../common/audit-log';
import { ClusterSnapshots, type ClusterSnapshot } from '../common/aws/cluster-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, NoUsableSnapshot, TAG, type ChosenSnapshot, type StepInput } from './contract';
import { journalOf } from './journal';
import { sourceTarget } from './settings';
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
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
  readonly now: () => Date;
}

/**
 * Chooses the snapshot to restore, refuses one that is not fit for it, and plans its way to the target.
 *
 * Without a named snapshot it takes the newest that is available, preferring one with a manifest over another of
 * the same hour. A snapshot that somebody named may be older than the limit: that is why it was named. A run that is
 * resumed stays with the snapshot it began with: its copies are of that one.
 */
export async function snapshotCheck({ run, copySteps }: SnapshotCheckInput, ports: SnapshotCheckPorts): Promise<ChosenSnapshot> {
  const { pipeline, places, audit, now } = ports;
  const wanted = run.snapshotIdentifier ?? chosenBefore(await audit.events(run.operationId));
  const snapshot = wanted ? await named(wanted, ports) : await newest(ports);
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

/** What an earlier attempt chose, unless everything that it made has been removed since. */
function chosenBefore(events: readonly AuditEvent[]): string | undefined {
  const sinceRemoval = events.slice(events.findLastIndex(({ event_type }) => event_type === 'Compensated') + 1);
  return happened(sinceRemoval, 'SnapshotChosen').at(-1)?.['arn'] as string | undefined;
}

async function named(identifier: string, { snapshots, sourceCluster, places }: SnapshotCheckPorts): Promise<ClusterSnapshot> {
  const snapshot = await snapshots.find(identifier);
  if (!snapshot) throw new NoUsableSnapshot(`there is no snapshot ${identifier}, or it may not be seen from here`, { identifier });
  if (snapshot.status !== 'available') throw new NoUsableSnapshot(`snapshot ${identifier} is ${snapshot.status}, not available`, { identifier, status: snapshot.status });
  const account = snapshot.arn.split(':')[4];
  if (snapshot.clusterIdentifier !== sourceCluster || account !== places.source.account) {
    throw new NoUsableSnapshot(`snapshot ${identifier} is of cluster ${snapshot.clusterIdentifier} in account ${account ?? ''}, not of ${sourceCluster} in ${places.source.account}`, { identifier });
  }
  return snapshot;
}

async function newest({ snapshots, sourceCluster, maxAgeHours, now }: SnapshotCheckPorts): Promise<ClusterSnapshot> {
  const available = (await snapshots.listOf(sourceCluster)).filter(({ status }) => status === 'available').sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const ageHours = ({ createdAt }: ClusterSnapshot) => (now().getTime() - createdAt.getTime()) / HOUR_MS;
  const best = preferred(available.filter((snapshot) => ageHours(snapshot) <= maxAgeHours));
  if (best) return best;
  const [last] = available;
  const found = last ? `the newest, ${last.identifier}, is ${ageHours(last).toFixed(1)} h old` : 'there is none that is available';
  throw new NoUsableSnapshot(`no snapshot of ${sourceCluster} is younger than ${maxAgeHours} h: ${found}`, { sourceCluster, maxAgeHours, newest: last?.arn });
}

/** Of snapshots in order, the newest with a manifest that is less than an hour older than the newest of all; otherwise that one. */
function preferred(newestFirst: readonly ClusterSnapshot[]): ClusterSnapshot | undefined {
  const [first] = newestFirst;
  const withManifest = newestFirst.find(({ tags }) => TAG.manifest in tags);
  return first && withManifest && first.createdAt.getTime() - withManifest.createdAt.getTime() < HOUR_MS ? withManifest : first;
}

export const handler = defineHandler('aurora-restore/snapshot-check', snapshotCheck, (env) => {
  const source = sourceTarget(env);
  return {
    pipeline: env.required(ENV.PIPELINE),
    sourceCluster: env.required(ENV.SOURCE_CLUSTER),
    maxAgeHours: env.number(ENV.SNAPSHOT_MAX_AGE_HOURS),
    places: {
      source: { account: env.required(ENV.SOURCE_ACCOUNT), region: source.region, keyArn: env.optional(ENV.SOURCE_KEY_ARN) },
      target: { account: env.required(ENV.TARGET_ACCOUNT), region: env.region, keyArn: env.required(ENV.TARGET_KEY_ARN) },
    },
    snapshots: ClusterSnapshots.in(source),
    audit: journalOf(env),
    now: () => new Date(),
  };
});
