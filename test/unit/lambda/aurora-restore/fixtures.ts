import type { ClusterSnapshot } from '../../../../lambda/common/aws/cluster-snapshots';
import type { Cluster, Instance } from '../../../../lambda/common/aws/clusters';
import { TAG, type ChosenSnapshot, type Hop, type ProofSummary, type RestoreRun, type StepInput } from '../../../../lambda/aurora-restore/contract';
import type { RequestSettings } from '../../../../lambda/aurora-restore/restore-request';

export const PIPELINE = 'orders-refresh';
export const OPERATION = 'orders-refresh-20261121t0300';
export const NOW = new Date('2026-11-21T03:00:00.000Z');
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const SOURCE = { account: '111111111111', region: 'ap-southeast-2', keyArn: 'arn:aws:kms:ap-southeast-2:111111111111:key/0a1b2c3d-1111-4aaa-8bbb-000000000001' } as const;
export const TARGET = { account: '333333333333', region: 'us-west-2', keyArn: 'arn:aws:kms:us-west-2:333333333333:key/0a1b2c3d-3333-4aaa-8bbb-000000000003' } as const;
export const SOURCE_CLUSTER = 'orders';
export const TARGET_CLUSTER = 'orders-staging';
export const QUARANTINE = 'sg-00000000000000001';
export const CLIENTS = 'sg-00000000000000002';

export const SETTINGS: RequestSettings = { pipeline: PIPELINE, targetCluster: TARGET_CLUSTER, sourceDeletable: true, onFailure: 'remove' };

/** The tags of what a run of the pipeline has made. */
export function tagsOf(operationId: string = OPERATION): Record<string, string> {
  return { [TAG.operation]: operationId, [TAG.pipeline]: PIPELINE };
}

export function runOf(changes: Partial<RestoreRun> = {}): RestoreRun {
  return {
    operationId: OPERATION,
    mode: 'restore',
    snapshotIdentifier: null,
    targetClusterIdentifier: TARGET_CLUSTER,
    deleteSource: false,
    planHash: null,
    onFailure: 'remove',
    startedAt: NOW.toISOString(),
    ...changes,
  };
}

/** What every step gets. */
export function stepOf(changes: Partial<RestoreRun> = {}): StepInput {
  const run = runOf(changes);
  return { operationId: run.operationId, run };
}

export function snapshotArn(identifier: string, { account, region }: { readonly account: string; readonly region: string } = SOURCE): string {
  return `arn:aws:rds:${region}:${account}:cluster-snapshot:${identifier}`;
}

/** A manual snapshot of the source, an hour old, under the source's customer key. */
export function snapshotOf(identifier: string, changes: Partial<ClusterSnapshot> = {}): ClusterSnapshot {
  return {
    arn: snapshotArn(identifier),
    identifier,
    clusterIdentifier: SOURCE_CLUSTER,
    type: 'manual',
    status: 'available',
    percent: 100,
    createdAt: new Date(NOW.getTime() - HOUR_MS),
    engineVersion: '16.4',
    sizeGb: 40,
    encryption: 'sse-kms',
    kmsKeyArn: SOURCE.keyArn,
    tags: {},
    ...changes,
  };
}

/** The way of a shareable snapshot to another account and region. */
export const HOPS: readonly [Extract<Hop, { kind: 'share' }>, Extract<Hop, { kind: 'copy-to-target' }>] = [
  { kind: 'share', snapshotIdentifier: 'nightly', region: SOURCE.region, account: TARGET.account },
  { kind: 'copy-to-target', snapshotIdentifier: `${OPERATION}-copy`, region: TARGET.region, kmsKeyArn: TARGET.keyArn, sourceArn: snapshotArn('nightly') },
];

/** The way of a snapshot that has to be copied before it can be shared. */
export const LONG_WAY: readonly Hop[] = [
  { kind: 'copy-at-source', snapshotIdentifier: `${OPERATION}-share`, region: SOURCE.region, kmsKeyArn: SOURCE.keyArn, sourceArn: snapshotArn('rds:orders-2026-11-21') },
  { kind: 'share', snapshotIdentifier: `${OPERATION}-share`, region: SOURCE.region, account: TARGET.account },
  { ...HOPS[1], sourceArn: snapshotArn(`${OPERATION}-share`) },
];

export function chosenOf(changes: Partial<ChosenSnapshot> = {}): ChosenSnapshot {
  return {
    arn: snapshotArn('nightly'),
    identifier: 'nightly',
    type: 'manual',
    createdAt: '2026-11-21T02:00:00.000Z',
    encryption: 'sse-kms',
    kmsKeyArn: SOURCE.keyArn,
    engineVersion: '16.4',
    sizeGb: 40,
    manifestKey: 'orders-refresh-20261121t0200',
    hops: HOPS,
    restorableArn: snapshotArn(`${OPERATION}-copy`, TARGET),
    ...changes,
  };
}

/** An available cluster with one instance, closed to clients. */
export function clusterOf(identifier: string, changes: Partial<Cluster> = {}): Cluster {
  return {
    arn: `arn:aws:rds:${TARGET.region}:${TARGET.account}:cluster:${identifier}`,
    identifier,
    resourceId: `cluster-OF${identifier.toUpperCase().replaceAll('-', '')}`,
    status: 'available',
    isPasswordPending: false,
    engineVersion: '16.4',
    masterUsername: 'master',
    endpoint: `${identifier}.cluster-abc.${TARGET.region}.rds.amazonaws.com`,
    port: 5432,
    deletionProtection: false,
    isGlobalMember: false,
    replicatesFrom: undefined,
    instanceIdentifiers: [`${identifier}-1`],
    securityGroupIds: [QUARANTINE],
    kmsKeyArn: TARGET.keyArn,
    tags: tagsOf(),
    ...changes,
  };
}

export function instanceOf(identifier: string, changes: Partial<Instance> = {}): Instance {
  return { identifier, status: 'available', deletionProtection: false, tags: tagsOf(), ...changes };
}

export const PROVEN: ProofSummary = { verdict: 'PROVEN', basis: 'manifest', reportKey: `${OPERATION}/proof.json`, tables: 4, rows: 1000, provenRows: 1000, differences: 0 };
