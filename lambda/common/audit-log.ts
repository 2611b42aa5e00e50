import { createHash } from 'node:crypto';
import type { DynamoTable } from './aws/dynamo-table';
import { ConcurrentChange } from './errors';

/** One event of an operation, chained to the one before it. */
export interface AuditEvent {
  readonly operation_id: string;
  /** Ten digits, counting from 1: events of one millisecond keep their order, which a timestamp key would lose. */
  readonly sequence: string;
  readonly timestamp: string;
  readonly event_type: string;
  readonly event_details: string;
  readonly status: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** What happened, in the words of the caller. Details never hold a secret. */
export interface AuditEntry {
  readonly type: string;
  readonly status: 'started' | 'succeeded' | 'failed' | 'info';
  readonly details: Readonly<Record<string, unknown>>;
}

const FIRST_HASH = '0'.repeat(64);
const ATTEMPTS = 5;

export interface AuditLogPorts {
  readonly table: Pick<DynamoTable, 'putNew' | 'last' | 'query'>;
  readonly now: () => Date;
}

/** An append-only record of what was done, whose every event carries the hash of the one before: a removed or changed event shows. */
export class AuditLog {
  constructor(private readonly ports: AuditLogPorts) {}

  /**
   * Appends the event after the last one; raises `ConcurrentChange` when others keep getting in between.
   *
   * A write whose reply was lost is sent again by the SDK and then finds itself: it counts as written.
   */
  async append(operationId: string, { type, status, details }: AuditEntry): Promise<AuditEvent> {
    let written: AuditEvent | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const last = (await this.ports.table.last({ operation_id: operationId })) as AuditEvent | undefined;
      if (written && last?.hash === written.hash) return written;
      const unhashed = {
        operation_id: operationId,
        sequence: String(Number(last?.sequence ?? '0') + 1).padStart(10, '0'),
        timestamp: this.ports.now().toISOString(),
        event_type: type,
        event_details: JSON.stringify(details),
        status,
        previous_hash: last?.hash ?? FIRST_HASH,
      };
      written = { ...unhashed, hash: hashOf(unhashed) };
      if (await this.ports.table.putNew({ ...written }, 'sequence')) return written;
    }
    throw new ConcurrentChange(`the audit of ${operationId} is being written by too many at once`);
  }

  /** Everything that was recorded of the operation, in order. */
  async events(operationId: string): Promise<readonly AuditEvent[]> {
    return (await this.ports.table.query({ operation_id: operationId })) as unknown as readonly AuditEvent[];
  }
}

/** What an audit tells of an operation, for steps that undo what it did. */
export function happened(events: readonly AuditEvent[], type: string): readonly Readonly<Record<string, unknown>>[] {
  return events.filter((event) => event.event_type === type).map((event) => JSON.parse(event.event_details) as Readonly<Record<string, unknown>>);
}

/**
 * Says where a chain of events, in order, is broken: the sequence of the first event that does not fit.
 *
 * A chain cannot show that its end was cut off; who keeps the last hash elsewhere, as the notification of a run does, can.
 */
export function findBrokenLink(events: readonly AuditEvent[]): string | undefined {
  let previous = FIRST_HASH;
  for (const [index, { hash, ...unhashed }] of events.entries()) {
    const expectedSequence = String(index + 1).padStart(10, '0');
    if (unhashed.sequence !== expectedSequence || unhashed.previous_hash !== previous || hash !== hashOf(unhashed)) return unhashed.sequence;
    previous = hash;
  }
  return undefined;
}

function hashOf(event: Omit<AuditEvent, 'hash'>): string {
  const ordered = Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}
