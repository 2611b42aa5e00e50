import { type AuditLog } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { defineHandler } from '../common/define-handler';
import { CopyFailed, ENV, type ChosenSnapshot, type CopyProgress, type Hop, type StepInput } from './contract';
import { copySlotsOf, slotPlaceOf, type CopySlots } from './copy-slots';
import { journalOf } from './journal';
import { sourceTarget } from './settings';

export interface CheckCopyStatusInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
  readonly hop: number;
}

export interface CheckCopyStatusPorts {
  readonly targetAccount: string;
  readonly sourceSnapshots: Pick<ClusterSnapshots, 'find'>;
  readonly targetSnapshots: (region: string) => Pick<ClusterSnapshots, 'find'>;
  readonly slots: Pick<CopySlots, 'release'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** Says how far a hop is, and gives its copy slot back when it ends. AWS tells nobody when a copy ends: it has to be asked. */
export async function checkCopyStatus({ run, snapshot, hop }: CheckCopyStatusInput, ports: CheckCopyStatusPorts): Promise<CopyProgress> {
  const current = snapshot.hops[hop];
  const { status, percent } = current && current.kind !== 'share' ? await statusOf(current, ports) : { status: 'available', percent: 100 };
  const done = status === 'available';
  const failed = !done && status !== 'copying' && status !== 'creating';
  const place = current && slotPlaceOf(current, ports.targetAccount);
  if (place && (done || failed)) await ports.slots.release(place, run.operationId);
  if (failed) throw new CopyFailed(`the copy ${current?.snapshotIdentifier ?? ''} is ${status} at ${percent} %`, { status, percent });
  if (done && current) await ports.audit.append(run.operationId, { type: 'HopFinished', status: 'succeeded', details: { ...current } });
  const nextHop = done ? hop + 1 : hop;
  return { done, status, percent, nextHop, allDone: nextHop >= snapshot.hops.length };
}

async function statusOf(hop: Exclude<Hop, { kind: 'share' }>, ports: CheckCopyStatusPorts): Promise<{ status: string; percent: number }> {
  const snapshots = hop.kind === 'copy-at-source' ? ports.sourceSnapshots : ports.targetSnapshots(hop.region);
  const copy = await snapshots.find(hop.snapshotIdentifier);
  return copy ?? { status: 'gone', percent: 0 };
}

export const handler = defineHandler('aurora-restore/check-copy-status', checkCopyStatus, (env) => ({
  targetAccount: env.required(ENV.TARGET_ACCOUNT),
  sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
  targetSnapshots: (region) => ClusterSnapshots.in({ region }),
  slots: copySlotsOf(env),
  audit: journalOf(env),
}));
