import * as z from 'zod/mini';
import type { Invocation } from '../common/define-handler';
import { InvalidInput } from '../common/errors';
import { parseInput } from '../common/parse-input';
import type { Continuation, RequestedMode, TableInput } from './contract';
import type { TableCall } from './load/hold-table';
import { tableName } from './settings';

/** Execution names of Step Functions, which runs have: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export const operationIdSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,76}$/, '1 to 76 letters, digits, hyphens and underscores'));

export const modeSchema = z.enum(['auto', 'full', 'incremental', 'verify']);

const whole = z.int().check(z.nonnegative());
const findings = z.strictObject({ compared: whole, missing: whole, altered: whole, extra: whole, repaired: whole, missedByCursor: whole });
const continuation = z.strictObject({
  waitSeconds: z.number(),
  calls: whole,
  rests: whole,
  progress: z.strictObject({ rows: whole, quarantined: whole, batches: whole, seconds: z.number(), findings }),
});

const schema = z.strictObject({ operationId: z.optional(operationIdSchema), table: tableName, mode: z.optional(modeSchema), continuation: z.optional(z.nullable(continuation)), divisible: z.optional(z.boolean()) });

/** A call of an operation on one table, complete. */
export interface CompleteTableInput extends TableCall {
  readonly continuation: Continuation | null;
  readonly divisible: boolean;
}

/** Checks what an operation on one table was asked for. Raises `InvalidInput`. */
export function parseTableInput(input: TableInput, operation: string, modes: readonly RequestedMode[], { awsRequestId, getRemainingTimeInMillis }: Invocation): CompleteTableInput {
  const what = `${operation} request`;
  const { operationId = awsRequestId, table, mode = 'auto', continuation: before = null, divisible = false } = parseInput(schema, input, what);
  if (!modes.includes(mode)) throw new InvalidInput(what, [`mode: ${JSON.stringify(mode)} is not allowed, expected one of ${modes.map((one) => JSON.stringify(one)).join(', ')}`]);
  return { operationId, table, mode, continuation: before, divisible, remainingMs: () => getRemainingTimeInMillis() };
}
