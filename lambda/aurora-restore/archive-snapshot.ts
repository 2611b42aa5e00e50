import { AuditLog, happened } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { ENV, TAG, type ChosenSnapshot, type Hop, type StepInput } from './contract';
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
  const started = happened(await ports.audit.events(run.operationId), 'HopStarted') as unknown as readonly Hop[];
  const kept = ports.keepCopiesDays > 0 ? snapshot.hops.filter((hop) => hop.kind === 'copy-to-target').slice(-1) : [];
  const removed = await removeHops(
    started.filter((hop) => !kept.some((copy) => copy.snapshotIdentifier === hop.snapshotIdentifier && copy.kind === hop.kind)),
    run.operationId,
    ports,
  );
  const keptNames = kept.map(({ snapshotIdentifier }) => snapshotIdentifier);
  for (const hop of kept) await keepUntil(hop, ports);
  await ports.audit.append(run.operationId, { type: 'CopiesArchived', status: 'succeeded', details: { removed, kept: keptNames, keepCopiesDays: ports.keepCopiesDays } });
  return { removed, kept: keptNames };
}

async function keepUntil({ region, snapshotIdentifier }: Hop, { keepCopiesDays, keptSnapshots, now }: ArchiveSnapshotPorts): Promise<void> {
  const snapshots = keptSnapshots(region);
  const copy = await snapshots.find(snapshotIdentifier);
  if (copy) await snapshots.tag(copy.arn, { [TAG.deleteAfter]: new Date(now().getTime() + keepCopiesDays * DAY_MS).toISOString() });
}

export const handler = defineHandler('aurora-restore/archive-snapshot', archiveSnapshot, (env) => ({
  keepCopiesDays: env.number(ENV.KEEP_COPIES_DAYS),
  sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
  targetSnapshots: (region) => ClusterSnapshots.in({ region }),
  keptSnapshots: (region) => ClusterSnapshots.in({ region }),
  now: () => new Date(),
  audit: new AuditLog({ table: DynamoTable.in({ region: env.region }, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
}));
