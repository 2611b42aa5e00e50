import { AuditLog } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { DynamoTable } from '../common/aws/dynamo-table';
import { refusedAsParameter } from '../common/aws/refused-as-parameter';
import { defineHandler } from '../common/define-handler';
import { ENV, NoCopySlot, OneStepCopyRefused, SnapshotNotShareable, TAG, TargetNotOurs, type ChosenSnapshot, type Hop, type StepInput } from './contract';
import { CopySlots } from './copy-slots';
import { settingsOf, sourceTarget } from './settings';

export interface CopySnapshotInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
  /** Index of the hop to take. */
  readonly hop: number;
}

export interface CopySnapshotPorts {
  readonly pipeline: string;
  readonly sourceSnapshots: Pick<ClusterSnapshots, 'find' | 'copy' | 'share' | 'sharedWith'>;
  /** Snapshots of the account that restores, in a region. */
  readonly targetSnapshots: (region: string) => Pick<ClusterSnapshots, 'find' | 'copy'>;
  readonly slots: Pick<CopySlots, 'take'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Takes one hop of the snapshot's way: starts a copy, or shares what was copied.
 *
 * A copy that is there and carries this operation's tag is the one an earlier attempt started.
 */
export async function copySnapshot({ run, snapshot, hop }: CopySnapshotInput, ports: CopySnapshotPorts): Promise<{ started: boolean }> {
  const next = snapshot.hops[hop];
  if (!next) return { started: false };
  const started = next.kind === 'share' ? await share(next, ports) : await startCopy(next, run.operationId, snapshot, ports);
  await ports.audit.append(run.operationId, { type: started ? 'HopStarted' : 'HopAdopted', status: 'started', details: { ...next } });
  return { started };
}

type Copy = Exclude<Hop, { kind: 'share' }>;

async function share({ snapshotIdentifier, account }: Extract<Hop, { kind: 'share' }>, { sourceSnapshots }: CopySnapshotPorts): Promise<boolean> {
  if ((await sourceSnapshots.sharedWith(snapshotIdentifier)).includes(account)) return false;
  await sourceSnapshots.share(snapshotIdentifier, account);
  return true;
}

async function startCopy(hop: Copy, operationId: string, snapshot: ChosenSnapshot, ports: CopySnapshotPorts): Promise<boolean> {
  const snapshots = hop.kind === 'copy-at-source' ? ports.sourceSnapshots : ports.targetSnapshots(hop.region);
  const existing = await snapshots.find(hop.snapshotIdentifier);
  if (existing) return adopt(existing.tags, hop, operationId);
  if (!(await ports.slots.take(hop.region, operationId))) throw new NoCopySlot(`all copy slots of ${hop.region} are taken`, { region: hop.region });
  const request = {
    source: hop.sourceArn,
    targetIdentifier: hop.snapshotIdentifier,
    kmsKeyArn: hop.kmsKeyArn ?? undefined,
    tags: { [TAG.operation]: operationId, [TAG.pipeline]: ports.pipeline, ...(snapshot.manifestKey && { [TAG.manifest]: snapshot.manifestKey }) },
  };
  try {
    return (await snapshots.copy(request)) || adopt((await snapshots.find(hop.snapshotIdentifier))?.tags ?? {}, hop, operationId);
  } catch (error) {
    if (refusedAsParameter(error) && crossesBoth(hop)) {
      throw new OneStepCopyRefused(`AWS refused to copy ${hop.sourceArn} to ${hop.region} in one step`, {}, { cause: error });
    }
    if (refusedAsParameter(error)) throw new SnapshotNotShareable(`AWS refused to copy ${hop.sourceArn}: ${(error as Error).message}`, {}, { cause: error });
    throw error;
  }
}

/** A snapshot that is already there is ours when this operation's tag is on it. */
function adopt(tags: Readonly<Record<string, string>>, { snapshotIdentifier }: Copy, operationId: string): false {
  if (tags[TAG.operation] === operationId) return false;
  throw new TargetNotOurs(`snapshot ${snapshotIdentifier} is there already and not tagged ${TAG.operation}=${operationId}`, { snapshotIdentifier });
}

function crossesBoth({ kind, sourceArn, region }: Copy): boolean {
  return kind === 'copy-to-target' && sourceArn.split(':')[3] !== region;
}

export const handler = defineHandler('aurora-restore/copy-snapshot', copySnapshot, (env) => {
  const now = () => new Date();
  const table = (name: string) => DynamoTable.in({ region: env.region }, env.required(name));
  return {
    pipeline: settingsOf(env).pipeline,
    sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
    targetSnapshots: (region) => ClusterSnapshots.in({ region }),
    slots: new CopySlots({ table: table(ENV.COPY_SLOT_TABLE), now }),
    audit: new AuditLog({ table: table(ENV.AUDIT_TABLE), now }),
  };
});
