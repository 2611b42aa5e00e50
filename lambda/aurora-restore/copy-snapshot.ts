import { type AuditLog } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { refusedAsParameter } from '../common/aws/refused-as-parameter';
import { defineHandler } from '../common/define-handler';
import { CopyBeingDeleted, ENV, NoCopySlot, OneStepCopyRefused, SnapshotNotShareable, TAG, TargetNotOurs, type ChosenSnapshot, type Hop, type StepInput } from './contract';
import { copySlotsOf, slotPlaceOf, type CopySlots } from './copy-slots';
import { journalOf } from './journal';
import { sourceTarget } from './settings';

export interface CopySnapshotInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
  /** Index of the hop to take. */
  readonly hop: number;
}

export interface CopySnapshotPorts {
  readonly pipeline: string;
  readonly targetAccount: string;
  readonly sourceSnapshots: Pick<ClusterSnapshots, 'find' | 'copy' | 'share' | 'sharedWith'>;
  /** Snapshots of the account that restores, in a region. */
  readonly targetSnapshots: (region: string) => Pick<ClusterSnapshots, 'find' | 'copy'>;
  readonly slots: Pick<CopySlots, 'take'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Takes one hop of the snapshot's way: starts a copy, or shares what was copied.
 *
 * Each hop is recorded before it is taken, so that it can be undone wherever a run breaks off. A copy that is there and
 * carries this operation's tag is the one an earlier attempt started.
 */
export async function copySnapshot({ run, snapshot, hop }: CopySnapshotInput, ports: CopySnapshotPorts): Promise<{ started: boolean }> {
  const next = snapshot.hops[hop];
  if (!next) return { started: false };
  const { operationId } = run;
  const started = next.kind === 'share' ? await share(next, operationId, ports) : await startCopy(next, operationId, snapshot, ports);
  if (!started) await ports.audit.append(operationId, { type: 'HopAdopted', status: 'started', details: { ...next } });
  return { started };
}

type Copy = Exclude<Hop, { kind: 'share' }>;
type Share = Extract<Hop, { kind: 'share' }>;

async function share(hop: Share, operationId: string, { sourceSnapshots, audit }: CopySnapshotPorts): Promise<boolean> {
  const { snapshotIdentifier, account } = hop;
  if ((await sourceSnapshots.sharedWith(snapshotIdentifier)).includes(account)) return false;
  await audit.append(operationId, { type: 'HopStarted', status: 'started', details: { ...hop } });
  await sourceSnapshots.share(snapshotIdentifier, account);
  return true;
}

async function startCopy(hop: Copy, operationId: string, snapshot: ChosenSnapshot, ports: CopySnapshotPorts): Promise<boolean> {
  const snapshots = hop.kind === 'copy-at-source' ? ports.sourceSnapshots : ports.targetSnapshots(hop.region);
  const existing = await snapshots.find(hop.snapshotIdentifier);
  if (existing?.status === 'deleting') throw new CopyBeingDeleted(`snapshot ${hop.snapshotIdentifier} is being deleted`, { snapshotIdentifier: hop.snapshotIdentifier });
  if (existing) return adopt(existing.tags, hop, operationId);
  const place = slotPlaceOf(hop, ports.targetAccount);
  if (place && !(await ports.slots.take(place, operationId))) throw new NoCopySlot(`all copy slots of ${hop.region} are taken`, { region: hop.region });
  await ports.audit.append(operationId, { type: 'HopStarted', status: 'started', details: { ...hop } });
  const request = {
    source: hop.sourceArn,
    targetIdentifier: hop.snapshotIdentifier,
    kmsKeyArn: hop.kmsKeyArn ?? undefined,
    tags: { [TAG.operation]: operationId, [TAG.pipeline]: ports.pipeline, ...(snapshot.manifestKey && { [TAG.manifest]: snapshot.manifestKey }) },
  };
  const outcome = await snapshots.copy(request).catch((error: unknown) => explainRefusal(error, hop, ports.targetAccount));
  if (outcome === 'full') throw new NoCopySlot(`AWS takes no more snapshots or copies into ${hop.region} at present`, { region: hop.region });
  return outcome === 'started' || adopt((await snapshots.find(hop.snapshotIdentifier))?.tags ?? {}, hop, operationId);
}

/** A snapshot that is already there is ours when this operation's tag is on it. */
function adopt(tags: Readonly<Record<string, string>>, { snapshotIdentifier }: Copy, operationId: string): false {
  if (tags[TAG.operation] === operationId) return false;
  throw new TargetNotOurs(`snapshot ${snapshotIdentifier} is there already and not tagged ${TAG.operation}=${operationId}`, { snapshotIdentifier });
}

function explainRefusal(error: unknown, { sourceArn, region }: Copy, targetAccount: string): never {
  if (!refusedAsParameter(error)) throw error;
  const [, , , sourceRegion, sourceAccount] = sourceArn.split(':');
  if (sourceRegion !== region && sourceAccount !== targetAccount) {
    throw new OneStepCopyRefused(`AWS refused to copy ${sourceArn} to ${region} in one step: ${(error as Error).message}`, {}, { cause: error });
  }
  throw new SnapshotNotShareable(`AWS refused to copy ${sourceArn}: ${(error as Error).message}`, {}, { cause: error });
}

export const handler = defineHandler('aurora-restore/copy-snapshot', copySnapshot, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  targetAccount: env.required(ENV.TARGET_ACCOUNT),
  sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
  targetSnapshots: (region) => ClusterSnapshots.in({ region }),
  slots: copySlotsOf(env),
  audit: journalOf(env),
}));
