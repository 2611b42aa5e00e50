import { AwsError } from '../../gateway/aws-error';
import { serverlessArn, type ServerlessEstate, type ServerlessSnapshot } from './state/estate';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | { readonly AWS?: string | readonly string[] };
  readonly Action?: string | readonly string[];
}

const SHARES = ['redshift-serverless:RestoreFromSnapshot', 'redshift-serverless:*', '*'];

/** The accounts that a snapshot's policy lets restore it. https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-snapshots-sharing.html */
export function accountsWithAccess(estate: ServerlessEstate, snapshot: ServerlessSnapshot): readonly string[] {
  const text = estate.in(snapshot.place).policies.get(serverlessArn('snapshot', snapshot));
  if (text === undefined) return [];
  const statements = statementsOf(text).filter(({ Effect, Action }) => Effect === 'Allow' && listOf(Action).some((action) => SHARES.includes(action)));
  const principals = statements.flatMap(({ Principal }) => (typeof Principal === 'object' ? listOf(Principal.AWS) : []));
  return [...new Set(principals.flatMap((principal) => /\d{12}/.exec(principal)?.[0] ?? []))];
}

/** The policy as IAM evaluates it: the documented form names no resource, because it stands for the snapshot that it belongs to. */
export function evaluablePolicy(text: string): string {
  const policy = JSON.parse(text) as { Statement: object | object[] };
  return JSON.stringify({ ...policy, Statement: [policy.Statement].flat().map((statement) => ({ Resource: '*', ...statement })) });
}

/** Fails for a text that is no policy. */
export function checkPolicy(text: string): string {
  if (statementsOf(text).length === 0) throw new AwsError('ValidationException', 'The policy has no statements.');
  return text;
}

function statementsOf(text: string): readonly Statement[] {
  try {
    const { Statement: statements = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return [statements].flat();
  } catch {
    throw new AwsError('ValidationException', 'The policy is not a JSON document.');
  }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
