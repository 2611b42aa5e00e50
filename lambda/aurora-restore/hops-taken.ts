import { happened, type AuditEvent } from '../common/audit-log';
import type { Hop } from './contract';

/**
 * The hops of a run that have to be undone one day, each once.
 *
 * A copy is the run's own whether it started it or found it with its tag. A share is its own only if it gave it: the
 * snapshot may have been shared before.
 */
export function hopsTaken(events: readonly AuditEvent[]): readonly Hop[] {
  const started = happened(events, 'HopStarted') as unknown as readonly Hop[];
  const adopted = happened(events, 'HopAdopted') as unknown as readonly Hop[];
  const own = [...started, ...adopted.filter(({ kind }) => kind !== 'share')];
  return [...new Map(own.map((hop) => [`${hop.kind} ${hop.region} ${hop.snapshotIdentifier}`, hop])).values()];
}
