import * as z from 'zod/mini';
import { Executions } from '../common/aws/executions';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV } from './contract';
import { operationIdAt } from './restore-request';

const schema = z.strictObject({ scheduledTime: z.optional(z.iso.datetime('an ISO 8601 time in UTC')) });

export interface StartCapturePorts {
  readonly pipeline: string;
  readonly executions: Pick<Executions, 'start'>;
  readonly now: () => Date;
}

/** Starts a capture named after the minute it was meant for: a schedule that fires twice starts one. */
export async function startCapture(input: unknown, { pipeline, executions, now }: StartCapturePorts): Promise<{ captureId: string; executionArn: string }> {
  const { scheduledTime } = parseInput(schema, input, `capture request for ${pipeline}`);
  const captureId = operationIdAt(pipeline, scheduledTime ? new Date(scheduledTime) : now());
  const { executionArn } = await executions.start(captureId, { captureId });
  return { captureId, executionArn };
}

export const handler = defineHandler('aurora-restore/start-capture', startCapture, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  executions: Executions.in({ region: env.region }, env.required(ENV.STATE_MACHINE_ARN)),
  now: () => new Date(),
}));
