import type { SqlParameter, StatementStatusString } from '@aws-sdk/client-redshift-data';
import type { Place } from '../../gateway/service';
import type { Principal } from '../../gateway/principal';
import type { ResultSet } from './result-set';

/** One SQL text of a statement, and what came of it. */
export interface StatementPart {
  readonly id: string;
  readonly sql: string;
  status: StatementStatusString;
  error: string | undefined;
  startedMs: number | undefined;
  endedMs: number | undefined;
  /** Rows that were returned or changed. */
  rowCount: number;
  result: ResultSet | undefined;
}

/** A statement, or a batch of them, that somebody handed in. */
export interface Statement {
  readonly id: string;
  readonly place: Place;
  /** Who may see it: the role or account that handed it in. */
  readonly owner: string;
  /** `aws:userid` of who handed it in. */
  readonly ownerUserId: string;
  readonly clusterIdentifier: string | undefined;
  readonly workgroupName: string | undefined;
  readonly database: string;
  readonly dbUser: string | undefined;
  readonly secretArn: string | undefined;
  readonly name: string | undefined;
  readonly parameters: readonly SqlParameter[];
  readonly isBatch: boolean;
  readonly commitsEach: boolean;
  readonly resultFormat: 'JSON' | 'CSV';
  readonly parts: readonly StatementPart[];
  readonly createdAt: Date;
  updatedAt: Date;
  status: StatementStatusString;
  error: string | undefined;
  pid: number | undefined;
  /** Settles when it has ended in one way or another. */
  ended: Promise<void>;
}

/** Whether the statement will not change any more. */
export function hasEnded({ status }: Pick<Statement, 'status'>): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'ABORTED';
}

/** Whose statements somebody sees: those of the same role, in whatever session, or of the same account. */
export function identityOf(principal: Principal): string {
  return principal.kind === 'role-session' ? principal.roleArn : principal.kind === 'root' ? principal.arn : principal.name;
}

/** `aws:userid`, as policies compare it with `redshift-data:statement-owner-iam-userid`. */
export function userIdOf(principal: Principal): string {
  if (principal.kind === 'role-session') return `${principal.roleId}:${principal.sessionName}`;
  return principal.account;
}
