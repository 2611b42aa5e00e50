import { randomUUID } from 'node:crypto';
import type { BatchExecuteStatementInput, ExecuteStatementInput, SqlParameter } from '@aws-sdk/client-redshift-data';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { notEmulated } from '../../rds/request-errors';
import type { DataAccess } from '../data-access';
import { checkParametersAreUsed } from '../sql-parameters';
import { hasEnded, identityOf, userIdOf, type Statement, type StatementPart } from '../statement';
import type { StatementRunner } from '../statement-runner';
import type { StatementStore } from '../statement-store';
import { waitForEnd, type Waiting } from '../wait-for-end';
import type { WarehouseLogins, WarehouseLookup } from '../warehouse-logins';
import type { DataOperations } from './data-operations';

export interface StatementPorts extends Waiting {
  readonly access: DataAccess;
  readonly logins: WarehouseLogins;
  readonly runner: StatementRunner;
  readonly store: StatementStore;
  readonly clusters: WarehouseLookup;
  readonly workgroups: WarehouseLookup;
}

type Request = Omit<ExecuteStatementInput, 'Sql'> & Pick<BatchExecuteStatementInput, 'ExecutionMode'>;

/** "The maximum query statement size is 100 KB": https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html */
const LONGEST_SQL_BYTES = 100 * 1024;
const MOST_SQLS = 40;

/** ExecuteStatement, BatchExecuteStatement, CancelStatement. */
export function statementOperations(ports: StatementPorts): DataOperations {
  const { access, store, runner } = ports;
  return {
    ExecuteStatement: {
      access: (input, call) => access.warehouse(call, input),
      run: async ({ Sql = '', ...request }, call) => started(ports, await handIn(ports, call, [Sql], request, false), request.WaitTimeSeconds),
    },
    BatchExecuteStatement: {
      access: (input, call) => access.warehouse(call, input),
      run: async ({ Sqls = [], ...request }, call) => started(ports, await handIn(ports, call, Sqls, request, true), request.WaitTimeSeconds),
    },
    CancelStatement: {
      access: ({ Id }, call) => access.statement(call, Id),
      run: async ({ Id }, call) => {
        const { statement } = store.find(call, Id);
        if (hasEnded(statement)) throw invalid(`Could not cancel a query that is already in ${statement.status} state with ID: ${statement.id}`);
        const { clusterIdentifier, workgroupName } = statement;
        const warehouse = clusterIdentifier === undefined ? ports.workgroups(call, workgroupName ?? '') : ports.clusters(call, clusterIdentifier);
        await runner.cancel(statement, warehouse?.server);
        return { Status: true };
      },
    },
  };
}

async function handIn({ store, logins, runner, clock }: StatementPorts, call: Call, sqls: readonly string[], request: Request, isBatch: boolean): Promise<Statement> {
  if (request.SessionId !== undefined || request.SessionKeepAliveSeconds !== undefined) throw notEmulated('sessions of the Redshift Data API');
  const repeated = store.repeated(call, request.ClientToken);
  if (repeated) return repeated;
  const parameters = request.Parameters ?? [];
  checkSqls(sqls, parameters);
  const login = await logins.loginFor(call, request);
  const id = randomUUID();
  const now = clock.now();
  const statement: Statement = {
    id,
    place: { account: call.account, region: call.region },
    owner: identityOf(call.principal),
    ownerUserId: userIdOf(call.principal),
    clusterIdentifier: request.ClusterIdentifier,
    workgroupName: request.WorkgroupName,
    database: login.database,
    dbUser: request.SecretArn === undefined ? (request.DbUser ?? login.user) : undefined,
    secretArn: request.SecretArn,
    name: request.StatementName,
    parameters,
    isBatch,
    commitsEach: request.ExecutionMode === 'AUTO_COMMIT',
    resultFormat: request.ResultFormat ?? 'JSON',
    parts: sqls.map((sql, index) => newPart(isBatch ? `${id}:${index + 1}` : id, sql)),
    createdAt: now,
    updatedAt: now,
    status: 'SUBMITTED',
    error: undefined,
    pid: undefined,
    ended: Promise.resolve(),
  };
  store.add(statement, request.ClientToken);
  runner.begin(statement, login, request.WithEvent ?? false);
  return statement;
}

async function started(waiting: Waiting, statement: Statement, waitSeconds: number | undefined) {
  if (waitSeconds !== undefined) await waitForEnd(waiting, statement, waitSeconds);
  return {
    Id: statement.id,
    CreatedAt: statement.createdAt,
    ClusterIdentifier: statement.clusterIdentifier,
    WorkgroupName: statement.workgroupName,
    Database: statement.database,
    DbUser: statement.dbUser,
    SecretArn: statement.secretArn,
    ...(waitSeconds !== undefined && { Status: statement.status, HasResultSet: statement.parts.some(({ result }) => result !== undefined), RedshiftPid: statement.pid }),
  };
}

function checkSqls(sqls: readonly string[], parameters: readonly SqlParameter[]): void {
  if (sqls.length === 0 || sqls.length > MOST_SQLS) throw invalid(`The number of SQL statements must be between 1 and ${MOST_SQLS}.`);
  for (const sql of sqls) {
    if (sql.trim() === '') throw invalid('The SQL statement cannot be empty.');
    if (Buffer.byteLength(sql) > LONGEST_SQL_BYTES) throw invalid(`The SQL statement is longer than ${LONGEST_SQL_BYTES} bytes.`);
  }
  checkParametersAreUsed(sqls, parameters);
}

function newPart(id: string, sql: string): StatementPart {
  return { id, sql, status: 'SUBMITTED', error: undefined, startedMs: undefined, endedMs: undefined, rowCount: -1, result: undefined };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
