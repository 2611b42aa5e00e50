import * as z from 'zod/mini';
import { parseInput } from '../common/parse-input';
import { modeSchema, operationIdSchema } from './table-input';

const schema = z.object({
  version: z.literal(1),
  pipeline: z.string(),
  operationId: operationIdSchema,
  /** Null when the run failed before it knew its tables. */
  table: z.nullable(z.string()),
  mode: modeSchema,
  errorName: z.string(),
  failureClass: z.enum(['connection', 'timeout', 'throttle', 'auth', 'data', 'config', 'unforeseen']),
  message: z.string(),
  executionArn: z.string(),
  /** ISO 8601. */
  failedAt: z.string(),
});

/** What the queue of failures holds: enough to look into the failure, and to do it again. */
export type FailureRecord = z.output<typeof schema>;

/** Reads a record from the queue. Raises `InvalidInput` for what somebody else put there. */
export function parseFailureRecord(body: string): FailureRecord {
  return parseInput(schema, JSON.parse(body) as unknown, 'failure record');
}
