import { randomUUID } from 'node:crypto';
import type { ServerlessContext } from './serverless-context';
import { SERVERLESS_LIFE_CYCLE } from './life-cycle';
import { serverlessArn, type KeptData, type Namespace, type RecoveryPoint, type ServerlessSnapshot } from './state/estate';
import { conflict } from './serverless-context';

const DAY_MS = 24 * 3_600_000;
/** "Recovery points are created every 30 minutes and saved for 24 hours": https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-snapshots-recovery-points.html */
const RECOVERY_POINT_MS = 30 * 60_000;
/** What small namespaces hold. */
const SIZE_MB = 1024;

export interface NewServerlessSnapshot {
  readonly name: string;
  readonly retentionDays: number;
  readonly tags: Record<string, string>;
}

/** Begins a snapshot of a namespace as it is now. */
export function takeSnapshot(serverless: ServerlessContext, namespace: Namespace, wanted: NewServerlessSnapshot): ServerlessSnapshot {
  const { server } = namespace;
  if (!server || namespace.status !== 'AVAILABLE') throw conflict(`There is an operation in progress on the namespace ${namespace.name}. Retry your request after the operation is complete.`);
  const { storage } = serverless;
  return keepSnapshot(serverless, { ...newData(serverless, namespace), ...wanted, status: 'CREATING', underway: undefined }, () => storage.read(server, wanted.name));
}

/** Keeps a recovery point beyond its day. */
export function keepRecoveryPoint(serverless: ServerlessContext, point: RecoveryPoint, wanted: NewServerlessSnapshot): ServerlessSnapshot {
  const { workgroupName: _, ...data } = point;
  const image = point.image?.share();
  return keepSnapshot(serverless, { ...data, ...wanted, id: randomUUID(), createdAt: serverless.cloud.clock.now(), image: undefined, expiry: undefined, status: 'CREATING', underway: undefined }, async () => image);
}

function keepSnapshot(serverless: ServerlessContext, snapshot: ServerlessSnapshot, work: () => Promise<KeptData['image']>): ServerlessSnapshot {
  const { snapshots } = serverless.estate.in(snapshot.place);
  if (snapshots.has(snapshot.name)) throw conflict(`Snapshot ${snapshot.name} already exists.`);
  snapshots.set(snapshot.name, snapshot);
  serverless.passages.begin(snapshot, SERVERLESS_LIFE_CYCLE.createSnapshot, {
    work: async () => {
      snapshot.image = await work();
    },
    then: () => scheduleExpiry(serverless, snapshot),
  });
  return snapshot;
}

/** Deletes a snapshot when its retention ends; a changed retention is to be scheduled anew. */
export function scheduleExpiry(serverless: ServerlessContext, snapshot: ServerlessSnapshot): void {
  const { clock } = serverless.cloud;
  snapshot.expiry?.cancel();
  const at = snapshot.retentionDays === -1 ? undefined : snapshot.createdAt.getTime() + snapshot.retentionDays * DAY_MS;
  snapshot.expiry = at === undefined ? undefined : clock.after(at - clock.nowMs(), () => forgetSnapshot(serverless, snapshot));
}

export function forgetSnapshot(serverless: ServerlessContext, snapshot: ServerlessSnapshot): void {
  const state = serverless.estate.in(snapshot.place);
  state.snapshots.delete(snapshot.name);
  state.policies.delete(serverlessArn('snapshot', snapshot));
  forgetData(serverless, snapshot);
}

/** Takes recovery points of a namespace that computes, for as long as it exists. */
export async function keepTakingRecoveryPoints(serverless: ServerlessContext, namespace: Namespace): Promise<void> {
  const { clock } = serverless.cloud;
  const { signal } = namespace.schedule;
  while (!signal.aborted) {
    await clock.sleep(RECOVERY_POINT_MS, signal).catch(() => undefined);
    const workgroup = serverless.estate.in(namespace.place).workgroupOf(namespace.name);
    if (signal.aborted || !workgroup || namespace.status !== 'AVAILABLE' || !namespace.server) continue;
    await takeRecoveryPoint(serverless, namespace, workgroup.name).catch((error: Error) => serverless.cloud.reportDefect(error, `recovery point of ${namespace.name}`));
  }
}

async function takeRecoveryPoint(serverless: ServerlessContext, namespace: Namespace, workgroupName: string): Promise<void> {
  const { server } = namespace;
  if (!server) return;
  const point: RecoveryPoint = { ...newData(serverless, namespace), workgroupName };
  point.image = await serverless.cloud.clock.whileWorking(() => serverless.storage.read(server, point.id));
  const { recoveryPoints } = serverless.estate.in(namespace.place);
  recoveryPoints.set(point.id, point);
  point.expiry = serverless.cloud.clock.after(DAY_MS, () => {
    recoveryPoints.delete(point.id);
    forgetData(serverless, point);
  });
}

function newData({ cloud }: ServerlessContext, namespace: Namespace): KeptData {
  return {
    id: randomUUID(),
    place: namespace.place,
    namespaceName: namespace.name,
    namespaceArn: serverlessArn('namespace', namespace),
    createdAt: cloud.clock.now(),
    adminUsername: namespace.adminUsername,
    databaseName: namespace.databaseName,
    encryption: namespace.encryption,
    sizeMb: SIZE_MB,
    image: undefined,
    expiry: undefined,
  };
}

function forgetData({ cloud }: ServerlessContext, data: KeptData): void {
  data.expiry?.cancel();
  const { image } = data;
  data.image = undefined;
  if (image) void image.release().catch((error: unknown) => cloud.reportDefect(error as Error, `deleting the files of ${data.id}`));
}
