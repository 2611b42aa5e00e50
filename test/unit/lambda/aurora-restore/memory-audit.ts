import { AuditLog, type AuditEntry } from '../../../../lambda/common/audit-log';
import { MemoryTable } from '../common/memory-table';
import { NOW, OPERATION } from './fixtures';

/** A real audit over rows in memory. */
export class MemoryAudit extends AuditLog {
  constructor() {
    super({ table: new MemoryTable('operation_id', 'sequence'), now: () => NOW });
  }

  /** An audit of a run to which this happened before. */
  static async after(...earlier: readonly (readonly [type: string, details: object])[]): Promise<MemoryAudit> {
    const audit = new MemoryAudit();
    for (const [type, details] of earlier) await audit.record(type, details);
    return audit;
  }

  async record(type: string, details: object, operationId: string = OPERATION): Promise<void> {
    await this.append(operationId, { type, status: 'info', details: { ...details } } satisfies AuditEntry);
  }

  /** The types of the events of a run, in order. */
  async types(operationId: string = OPERATION): Promise<string[]> {
    return (await this.events(operationId)).map(({ event_type }) => event_type);
  }

  /** The details of the last event of a type. */
  async detailsOf(type: string, operationId: string = OPERATION): Promise<Readonly<Record<string, unknown>> | undefined> {
    const event = (await this.events(operationId)).findLast(({ event_type }) => event_type === type);
    return event && (JSON.parse(event.event_details) as Readonly<Record<string, unknown>>);
  }
}
