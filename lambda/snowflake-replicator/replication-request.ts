import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { InvalidInput } from '../common/errors';
import { parseInput } from '../common/parse-input';
import type { ReplicationRequest, RequestedMode, TableRun } from './contract';
import { readTableNames, splitTableName, tableName } from './settings';
import { labelOf } from './rows/source-table';
import { modeSchema, operationIdSchema } from './table-input';

const schema = z.strictObject({
  operationId: z.optional(operationIdSchema),
  tables: z.optional(z.array(tableName).check(z.minLength(1))),
  mode: z.optional(modeSchema),
  scheduledTime: z.optional(z.iso.datetime('an ISO 8601 time in UTC')),
});

/** A request, complete and found to make sense. */
export interface CompleteRequest {
  readonly operationId: string;
  readonly mode: RequestedMode;
  readonly tables: readonly TableRun[];
}

/**
 * Checks a request and names its tables.
 *
 * Raises `InvalidInput` for a table that the pipeline does not have, before anything was started.
 */
export async function completeRequest(value: unknown, pipeline: string, known: Parameters<typeof readTableNames>[0], settingsPath: string, now: Date): Promise<CompleteRequest> {
  const what = `replication request for ${pipeline}`;
  const request: ReplicationRequest = parseInput(schema, value, what);
  const all = await readTableNames(known, settingsPath);
  if (all.length === 0) throw new InvalidInput(what, [`parameters ${settingsPath}/tables/*: there are none, expected one a table`]);
  const asked = request.tables?.map(asListed) ?? all;
  const unknown = asked.filter((table) => !all.includes(table));
  if (unknown.length > 0) throw new InvalidInput(what, [`tables: ${JSON.stringify(unknown)} is not allowed, expected tables of this pipeline: ${all.join(', ')}`]);
  const mode = request.mode ?? 'auto';
  const operationId = request.operationId ?? operationIdAt(pipeline, request, request.scheduledTime ? new Date(request.scheduledTime) : now);
  return { operationId, mode, tables: [...new Set(asked)].map((table) => ({ operationId, table, mode })) };
}

/** People may quote what needs no quotes. */
function asListed(table: string): string {
  const [schema, name] = splitTableName(table);
  return labelOf({ schema, name });
}

const DIGEST_DIGITS = 8;

/** The id of a run that nobody named: one a minute for each thing to be done, so that a schedule which fires twice starts one run, and two schedules start two. */
function operationIdAt(pipeline: string, { mode = 'auto', tables }: ReplicationRequest, at: Date): string {
  const minute = at.toISOString().slice(0, 16).replace(/[-:]/g, '').toLowerCase();
  const some = tables && createHash('sha256').update(JSON.stringify([...tables].sort())).digest('hex').slice(0, DIGEST_DIGITS);
  return [pipeline, minute, ...(mode === 'auto' ? [] : [mode]), ...(some === undefined ? [] : [some])].join('-');
}
