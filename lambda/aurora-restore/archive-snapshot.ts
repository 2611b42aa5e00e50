import { type AuditLog } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { defineHandler } from '../common/define-handler';
import { ENV, TAG, type ChosenSnapshot, type Hop, type StepInput } from './contract';
import { hopsTaken } from './hops-taken';
import { journalOf } from './journal';
import { removeHops, type HopPorts } from './remove-hops';
import { sourceTarget } from './settings';

export interface ArchiveSnapshotInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
}

export interface ArchiveSnapshotPorts extends HopPorts {
  readonly keepCopiesDays: number;
  readonly keptSnapshots: (region: string) => Pick<ClusterSnapshots, 'find' | 'tag'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
  readonly now: () => Date;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Cleans up after a restore: deletes the copies that this run made and takes back the shares it gave.
 *
 * With `keepCopiesDays` the copy in the target account stays that long, as a way back that needs no new copy.
 */
export async function archiveSnapshot({ run, snapshot }: ArchiveSnapshotInput, ports: ArchiveSnapshotPorts): Promise<{ removed: readonly string[]; kept: readonly string[] }> {
  const taken = hopsTaken(await ports.audit.events(run.operationId));
  const [last] = ports.keepCopiesDays > 0 ? snapshot.hops.filter((hop) => hop.kind === 'copy-to-target').slice(-1) : [];
  const removed = await removeHops(
    taken.filter(({ kind, snapshotIdentifier }) => kind !== last?.kind || snapshotIdentifier !== last.snapshotIdentifier),
    run.operationId,
    ports,
  );
  const kept = last && (await keep(last, run.operationId, ports)) ? [last.snapshotIdentifier] : [];
  await ports.audit.append(run.operationId, { type: 'CopiesArchived', status: 'succeeded', details: { removed, kept, keepCopiesDays: ports.keepCopiesDays } });
  return { removed, kept };
}

async function keep({ region, snapshotIdentifier }: Hop, operationId: string, { keepCopiesDays, keptSnapshots, now }: ArchiveSnapshotPorts): Promise<boolean> {
  const snapshots = keptSnapshots(region);
  const copy = await snapshots.find(snapshotIdentifier);
  if (copy?.tags[TAG.operation] !== operationId) return false;
  await snapshots.tag(copy.arn, { [TAG.deleteAfter]: new Date(now().getTime() + keepCopiesDays * DAY_MS).toISOString() });
  return true;
}

export const handler = defineHandler('aurora-restore/archive-snapshot', archiveSnapshot, (env) => ({
  keepCopiesDays: env.number(ENV.KEEP_COPIES_DAYS),
  sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
  targetSnapshots: (region) => ClusterSnapshots.in({ region }),
  keptSnapshots: (region) => ClusterSnapshots.in({ region }),
  now: () => new Date(),
  audit: journalOf(env),
}));
