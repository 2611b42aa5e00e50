import * as z from 'zod/mini';
import { Executions } from '../common/aws/executions';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV } from './contract';

export interface RequestProofPorts {
  readonly pipeline: string;
  readonly executions: Pick<Executions, 'start'>;
  readonly now: () => Date;
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html */
export const snapshotIdentifier = z.string().check(z.regex(/^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{0,253}[a-zA-Z0-9]$/, 'a snapshot identifier: letters, digits and single hyphens, starting with a letter, not ending with a hyphen'));
const schema = z.strictObject({
  /** A certain snapshot instead of the newest that is not proven. */
  snapshot_identifier: z.optional(snapshotIdentifier),
  scheduledTime: z.optional(z.iso.datetime('an ISO 8601 time in UTC')),
});

/** Starts the restore and proof of a shared snapshot, named after the minute it was meant for: a schedule that fires twice starts one. */
export async function requestProof(input: unknown, { pipeline, executions, now }: RequestProofPorts): Promise<{ readonly executionArn: string }> {
  const { scheduledTime, snapshot_identifier: wanted } = parseInput(schema, input ?? {}, 'proof request');
  const slot = scheduledTime ?? now().toISOString();
  const name = `${pipeline}-${slot.slice(0, 19).replaceAll(/[-:]/g, '')}${scheduledTime ? '' : '-by-hand'}`;
  const { executionArn } = await executions.start(name, { request: { snapshotIdentifier: wanted ?? null }, cleanUpError: null });
  return { executionArn };
}

export const handler = defineHandler('redshift-backup/request-proof', requestProof, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  executions: Executions.in({ region: env.region }, env.required(ENV.STATE_MACHINE_ARN)),
  now: () => new Date(),
}));
