import type { AuditEvent } from '../../../lambda/common/audit-log';
import type { Execution } from '../../../lambda/common/aws/executions';
import { InvalidInput } from '../../../lambda/common/errors';
import type { Operator } from '../../command-line/operator';
import type { Pipeline } from './pipeline';

const POLL_MS = 5_000;
/** Whoever follows a run wants to see that it goes on; `audit` shows everything. */
const TOLD_LENGTH = 180;

/** Tells each event of a run as it is recorded, until its execution ends; answers how that ended. */
export async function follow(pipeline: Pick<Pipeline, 'executions' | 'audit'>, operationId: string, executionName: string, operator: Pick<Operator, 'tell' | 'pause'>): Promise<Execution> {
  for (let told = 0; ; ) {
    // The execution is looked at first: whatever is recorded by its end is told then.
    const execution = await pipeline.executions.find(executionName);
    if (!execution) throw new InvalidInput('restore', [`operation: ${JSON.stringify(operationId)} is not allowed, there is no execution ${executionName}`]);
    const events = await pipeline.audit.events(operationId);
    for (const event of events.slice(told)) operator.tell(shorten(eventLine(event)));
    told = events.length;
    if (execution.status !== 'RUNNING') return execution;
    await operator.pause(POLL_MS);
  }
}

function shorten(line: string): string {
  return line.length > TOLD_LENGTH ? `${line.slice(0, TOLD_LENGTH)} ...` : line;
}

/** One event of the audit in a line. */
export function eventLine({ sequence, timestamp, event_type: type, status, event_details: details }: AuditEvent): string {
  return `${Number(sequence).toString().padStart(4)}  ${timestamp}  ${status.padEnd(9)}  ${type}  ${details}`;
}
