import { AuditLog, type AuditEntry, type AuditEvent } from '../common/audit-log';
import { DynamoTable } from '../common/aws/dynamo-table';
import type { Env } from '../common/env';
import { ENV } from './contract';
import { RestoreStates } from './restore-state';

export interface JournalPorts {
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
  readonly states: Pick<RestoreStates, 'note'>;
}

/** The audit of a pipeline's runs, of which the state table shows each run's last event. */
export class Journal {
  constructor(private readonly ports: JournalPorts) {}

  async append(operationId: string, entry: AuditEntry): Promise<AuditEvent> {
    const event = await this.ports.audit.append(operationId, entry);
    await this.ports.states.note(operationId, { state: entry.type });
    return event;
  }

  async events(operationId: string): Promise<readonly AuditEvent[]> {
    return this.ports.audit.events(operationId);
  }
}

/** The journal in the tables that the environment names. */
export function journalOf(env: Env): Journal {
  const now = () => new Date();
  const table = (name: string) => DynamoTable.in({ region: env.region }, env.required(name));
  return new Journal({ audit: new AuditLog({ table: table(ENV.AUDIT_TABLE), now }), states: new RestoreStates({ table: table(ENV.STATE_TABLE), now }) });
}
