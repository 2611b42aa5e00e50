import * as z from 'zod/mini';
import { InvalidInput } from '../common/errors';
import { parseInput } from '../common/parse-input';
import { LONGEST_RETENTION_DAYS, type BackupEvent } from './contract';

/** What the pipeline backs up and for whom: a request may name it, and nothing else. */
export interface BackupScope {
  readonly clusterIdentifier: string;
  readonly sourceAccount: string;
  readonly targetAccount: string;
}

/** A request as people and schedules send it. */
export interface BackupRequest extends BackupEvent {
  /** When the schedule meant to start the run, ISO 8601: names the snapshot, so that a late or repeated start is the same run. */
  readonly scheduledTime?: string;
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html */
const clusterIdentifier = z.string().check(z.regex(/^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$|^[a-z]$/, '1 to 63 lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen'));
const accountId = z.string().check(z.regex(/^\d{12}$/, 'an AWS account id of 12 digits'));
const retention = z.int(`a whole number from 1 to ${LONGEST_RETENTION_DAYS}`).check(z.gte(1), z.lte(LONGEST_RETENTION_DAYS));

const schema = z.strictObject({
  cluster_identifier: z.optional(clusterIdentifier),
  target_account_id: z.optional(accountId),
  retention_days: z.optional(retention),
  scheduledTime: z.optional(z.iso.datetime('an ISO 8601 time in UTC')),
});

/** Checks a request against what the pipeline is for. Raises `InvalidInput` naming field, value and what is allowed. */
export function parseBackupRequest(input: unknown, scope: BackupScope): BackupRequest {
  const what = 'backup request';
  const request = parseInput(schema, input ?? {}, what);
  const { cluster_identifier: cluster, target_account_id: account } = request;
  const problems: string[] = [];
  if (cluster !== undefined && cluster !== scope.clusterIdentifier) problems.push(`cluster_identifier: ${JSON.stringify(cluster)} is not allowed, expected ${JSON.stringify(scope.clusterIdentifier)}`);
  if (account === scope.sourceAccount) problems.push(`target_account_id: ${JSON.stringify(account)} is the source account itself, expected ${JSON.stringify(scope.targetAccount)}`);
  else if (account !== undefined && account !== scope.targetAccount) problems.push(`target_account_id: ${JSON.stringify(account)} is not allowed, expected ${JSON.stringify(scope.targetAccount)}`);
  if (problems.length > 0) throw new InvalidInput(what, problems);
  return request;
}
