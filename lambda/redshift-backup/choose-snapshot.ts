import * as z from 'zod/mini';
import { Bucket } from '../common/aws/bucket';
import { Keys } from '../common/aws/keys';
import type { SnapshotStore, WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { CostCapExceeded, ENV, NothingToProve, PreflightFailed, type ProofPlan } from './contract';
import { manifestKeyOf, verdictsIn } from './evidence-keys';
import { snapshotQuotaOf } from './quotas';
import { isNameOf, ownedNameOf } from './snapshot-name';
import { snapshotsOf, warehousesOf, type WarehouseStore } from './warehouse-kind';

export interface ChooseSnapshotInput {
  readonly request: { readonly snapshotIdentifier: string | null };
}

export interface ChooseSnapshotPorts {
  readonly sourceAccount: string;
  readonly snapshotPrefix: string;
  readonly proofClusterPrefix: string;
  readonly nodePrices: Readonly<Record<string, number>>;
  readonly costCapUsd: number;
  readonly lifetimeHours: number;
  readonly snapshots: Pick<SnapshotStore, 'listShared' | 'listOwn'>;
  /** How many manual snapshots this account may have: the copy will be one. */
  readonly snapshotQuota: () => Promise<number>;
  readonly clusters: Pick<WarehouseStore, 'list'>;
  readonly evidence: Pick<Bucket, 'keysUnder'>;
  /** Whether the key of the snapshot may be used for a restore; says what is in the way. */
  readonly keyObstacle: (keyArn: string) => Promise<string | undefined>;
  readonly now: () => Date;
}

const PHASES = ['before', 'after'] as const;

/**
 * Decides which shared snapshot is restored and proven, and what that may cost, before anything is started.
 *
 * Raises `NothingToProve` when the newest that can be proven is, `PreflightFailed` when something is in the way, and `CostCapExceeded`.
 */
export async function chooseSnapshot({ request }: ChooseSnapshotInput, ports: ChooseSnapshotPorts): Promise<ProofPlan> {
  const snapshot = await pick(request.snapshotIdentifier, ports);
  const manifests = await ports.evidence.keysUnder(`manifests/${snapshot.identifier}/`);
  const running = (await ports.clusters.list()).filter(({ identifier }) => identifier.startsWith(ports.proofClusterPrefix));
  const own = await ports.snapshots.listOwn();
  const most = await ports.snapshotQuota();
  const hasCopy = own.some(({ identifier }) => identifier === ownedNameOf(snapshot.identifier));
  const keyObstacle = snapshot.kmsKeyArn ? await ports.keyObstacle(snapshot.kmsKeyArn) : undefined;
  const obstacles = [
    ...PHASES.flatMap((phase) => (manifests.includes(manifestKeyOf(snapshot.identifier, phase)) ? [] : [`snapshot ${snapshot.identifier} has no manifest ${phase} it`])),
    ...running.map(({ identifier }) => `cluster ${identifier} of another proof exists: one at a time`),
    ...(own.length >= most && !hasCopy ? [`the quota of ${most} manual snapshots is used up: ${own.length} exist, and the copy needs a place`] : []),
    ...(keyObstacle ? [keyObstacle] : []),
  ];
  if (obstacles.length > 0) throw new PreflightFailed('the proof', obstacles);
  return planOf(snapshot, ports);
}

async function pick(wanted: string | null, { sourceAccount, snapshotPrefix, snapshots, evidence }: ChooseSnapshotPorts): Promise<WarehouseSnapshot> {
  const shared = (await snapshots.listShared(sourceAccount)).filter(({ identifier, status }) => status === 'available' && isNameOf(snapshotPrefix, identifier));
  const verdicts = await verdictsIn(evidence, snapshotPrefix);
  const chosen = wanted === null ? await newestProvable(shared, snapshotPrefix, evidence) : shared.find(({ identifier }) => identifier === wanted);
  if (!chosen) throw new PreflightFailed('the proof', [wanted === null ? `account ${sourceAccount} shares no snapshot ${snapshotPrefix}-*` : `account ${sourceAccount} shares no snapshot ${wanted}`]);
  const verdict = verdicts.get(chosen.identifier);
  if (verdict !== undefined) throw new NothingToProve(`snapshot ${chosen.identifier} is ${verdict} already`, { verdict });
  return chosen;
}

/** The newest that was read before and after it was made, which what an operator has promoted never was; the newest of all when none was. */
async function newestProvable(shared: readonly WarehouseSnapshot[], snapshotPrefix: string, evidence: ChooseSnapshotPorts['evidence']): Promise<WarehouseSnapshot | undefined> {
  const newestFirst = [...shared].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const keys = new Set(await evidence.keysUnder(`manifests/${snapshotPrefix}-`));
  return newestFirst.find(({ identifier }) => PHASES.every((phase) => keys.has(manifestKeyOf(identifier, phase)))) ?? newestFirst[0];
}

function planOf({ identifier, createdAt, nodeType, numberOfNodes }: WarehouseSnapshot, ports: ChooseSnapshotPorts): ProofPlan {
  const price = ports.nodePrices[nodeType];
  if (price === undefined) throw new CostCapExceeded(`the price of ${nodeType} is not known: expected one of ${Object.keys(ports.nodePrices).join(', ')}`, { nodeType });
  const estimatedUsd = price * numberOfNodes * ports.lifetimeHours;
  if (estimatedUsd > ports.costCapUsd) {
    throw new CostCapExceeded(`${numberOfNodes} x ${nodeType} for ${ports.lifetimeHours} h can cost ${estimatedUsd.toFixed(2)} USD, ${ports.costCapUsd} are allowed`, { estimatedUsd });
  }
  const [day = '', time = ''] = identifier.slice(ports.snapshotPrefix.length + 1).split('-');
  return {
    operationId: identifier,
    snapshotIdentifier: identifier,
    snapshotCreatedAt: createdAt.toISOString(),
    proofClusterIdentifier: `${ports.proofClusterPrefix}${day}-${time}`,
    nodeType,
    numberOfNodes,
    estimatedUsd,
    startedAt: ports.now().toISOString(),
  };
}

export const handler = defineHandler('redshift-backup/choose-snapshot', chooseSnapshot, (env) => {
  const target = { region: env.region };
  const grantee = `arn:aws:iam::${env.required(ENV.TARGET_ACCOUNT)}:root`;
  return {
    sourceAccount: env.required(ENV.SOURCE_ACCOUNT),
    snapshotPrefix: env.required(ENV.SNAPSHOT_PREFIX),
    proofClusterPrefix: env.required(ENV.PROOF_CLUSTER_PREFIX),
    nodePrices: parseInput(z.record(z.string(), z.number()), env.json(ENV.NODE_PRICES), ENV.NODE_PRICES),
    costCapUsd: env.number(ENV.COST_CAP_USD),
    lifetimeHours: env.number(ENV.LIFETIME_HOURS),
    snapshots: snapshotsOf(env),
    snapshotQuota: () => snapshotQuotaOf(env),
    clusters: warehousesOf(env),
    evidence: Bucket.in(target, env.required(ENV.EVIDENCE_BUCKET)),
    keyObstacle: (keyArn: string) => Keys.in(target).obstacleToGrant(keyArn, grantee),
    now: () => new Date(),
  };
});
