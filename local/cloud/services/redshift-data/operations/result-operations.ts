import type { DescribeStatementResponse, StatementData, SubStatementData } from '@aws-sdk/client-redshift-data';
import type { CloudClock } from '../../../gateway/clock';
import { AwsError } from '../../../gateway/aws-error';
import { pageOf } from '../../../gateway/pagination';
import type { Call } from '../../../gateway/service';
import type { DataAccess } from '../data-access';
import { columnOf, fieldOf, sizeOf, type ResultSet } from '../result-set';
import type { Statement, StatementPart } from '../statement';
import { notFound, type FoundStatement, type StatementStore } from '../statement-store';
import { waitForEnd } from '../wait-for-end';
import type { DataOperations } from './data-operations';

export interface ResultPorts {
  readonly access: DataAccess;
  readonly store: StatementStore;
  readonly clock: CloudClock;
}

const NS_PER_MS = 1_000_000;
/** AWS cuts pages by their size; rows are what a test can count. */
const ROWS_PER_PAGE = 1000;
const MOST_LISTED = 100;

/** DescribeStatement, GetStatementResult, GetStatementResultV2, ListStatements. */
export function resultOperations(ports: ResultPorts): DataOperations {
  const { access, store } = ports;
  return {
    DescribeStatement: {
      access: ({ Id }, call) => access.statement(call, Id),
      run: async ({ Id, WaitTimeSeconds }, call) => describe(await settled(ports, call, Id, WaitTimeSeconds)),
    },
    GetStatementResult: {
      access: ({ Id }, call) => access.statement(call, Id),
      run: async ({ Id, NextToken, WaitTimeSeconds }, call) => {
        const { statement, result } = await resultOf(ports, call, Id, WaitTimeSeconds);
        if (statement.resultFormat !== 'JSON') throw invalid('The result is in the CSV format. Use GetStatementResultV2 to get it.');
        const { items, nextToken } = pageOfRows(result, NextToken);
        const Records = items.map((row) => row.map((value, index) => fieldOf(value, result.columns[index] ?? { dataTypeID: 0 })));
        return { Records, ColumnMetadata: result.columns.map(columnOf), TotalNumRows: result.rows.length, NextToken: nextToken };
      },
    },
    GetStatementResultV2: {
      // There is no action of its own. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftdataapi.html
      access: ({ Id }, call) => access.statement(call, Id).map((asked) => ({ ...asked, action: 'redshift-data:GetStatementResult' })),
      run: async ({ Id, NextToken, WaitTimeSeconds }, call) => {
        const { statement, result } = await resultOf(ports, call, Id, WaitTimeSeconds);
        if (statement.resultFormat !== 'CSV') throw invalid('The result is in the JSON format. Use GetStatementResult to get it.');
        const { items, nextToken } = pageOfRows(result, NextToken);
        const header = NextToken === undefined ? [result.columns.map(({ name }) => name)] : [];
        const CSVRecords = [...header, ...items].map((row) => row.map(csvField).join(',')).join('\r\n');
        return { Records: [{ CSVRecords }], ColumnMetadata: result.columns.map(columnOf), TotalNumRows: result.rows.length, ResultFormat: 'CSV', NextToken: nextToken };
      },
    },
    ListStatements: {
      access: () => [{ resource: '*' }],
      run: ({ Status = 'ALL', StatementName = '', ClusterIdentifier, WorkgroupName, Database, MaxResults = MOST_LISTED, NextToken }, call) => {
        const matching = store.listed(call).filter(
          (statement) =>
            (Status === 'ALL' || statement.status === Status) &&
            (statement.name ?? '').startsWith(StatementName) &&
            (ClusterIdentifier === undefined || statement.clusterIdentifier === ClusterIdentifier) &&
            (WorkgroupName === undefined || statement.workgroupName === WorkgroupName) &&
            (Database === undefined || statement.database === Database),
        );
        const page = pageOf(matching, MaxResults, NextToken);
        if (!page) throw invalid('Invalid NextToken.');
        return { Statements: page.items.map(listed), NextToken: page.nextToken };
      },
    },
  };
}

async function settled({ store, clock }: ResultPorts, call: Call, id: string | undefined, waitSeconds: number | undefined): Promise<FoundStatement> {
  const found = store.find(call, id);
  await waitForEnd({ clock }, found.statement, waitSeconds);
  return found;
}

async function resultOf(ports: ResultPorts, call: Call, id: string | undefined, waitSeconds: number | undefined): Promise<{ readonly statement: Statement; readonly result: ResultSet }> {
  const { statement, part } = await settled(ports, call, id, waitSeconds);
  const result = (part ?? statement.parts.at(-1))?.result;
  const isForOne = part !== undefined || !statement.isBatch;
  if (!result || !isForOne) throw notFound('Query does not have result. Please check query status with DescribeStatement.', id ?? '');
  return { statement, result };
}

function pageOfRows(result: ResultSet, token: string | undefined) {
  const page = pageOf(result.rows, ROWS_PER_PAGE, token);
  if (!page) throw invalid('Invalid NextToken.');
  return page;
}

function describe({ statement, part }: FoundStatement): DescribeStatementResponse {
  const { parts } = statement;
  const shown = part ?? (statement.isBatch ? undefined : parts[0]);
  const last = parts.at(-1);
  return {
    Id: part?.id ?? statement.id,
    SecretArn: statement.secretArn,
    DbUser: statement.dbUser,
    Database: statement.database,
    ClusterIdentifier: statement.clusterIdentifier,
    WorkgroupName: statement.workgroupName,
    Status: part?.status ?? statement.status,
    Error: part ? part.error : statement.error,
    CreatedAt: statement.createdAt,
    UpdatedAt: statement.updatedAt,
    Duration: shown ? durationOf(shown) : parts.reduce((sum, each) => sum + durationOf(each), 0),
    RedshiftPid: statement.pid ?? 0,
    RedshiftQueryId: 0,
    HasResultSet: shown ? shown.result !== undefined : parts.some(({ result }) => result !== undefined),
    ResultRows: (shown ?? last)?.rowCount ?? -1,
    ResultSize: sizesOf(shown ? [shown] : parts),
    ResultFormat: statement.resultFormat,
    ...(statement.parameters.length > 0 && { QueryParameters: [...statement.parameters] }),
    ...(shown && { QueryString: shown.sql }),
    ...(statement.isBatch && !part && { SubStatements: parts.map((each) => subStatement(each, statement)), ExecutionMode: statement.commitsEach ? 'AUTO_COMMIT' : 'TRANSACTION' }),
  };
}

function subStatement(part: StatementPart, { createdAt, updatedAt }: Statement): SubStatementData {
  return {
    Id: part.id,
    Status: part.status,
    Error: part.error,
    QueryString: part.sql,
    CreatedAt: part.startedMs === undefined ? createdAt : new Date(part.startedMs),
    UpdatedAt: part.endedMs === undefined ? updatedAt : new Date(part.endedMs),
    Duration: durationOf(part),
    HasResultSet: part.result !== undefined,
    ResultRows: part.rowCount,
    ResultSize: sizesOf([part]),
    RedshiftQueryId: 0,
  };
}

function listed(statement: Statement): StatementData {
  const { parts } = statement;
  return {
    Id: statement.id,
    StatementName: statement.name,
    SecretArn: statement.secretArn,
    Status: statement.status,
    CreatedAt: statement.createdAt,
    UpdatedAt: statement.updatedAt,
    IsBatchStatement: statement.isBatch,
    ResultFormat: statement.resultFormat,
    ...(statement.isBatch ? { QueryStrings: parts.map(({ sql }) => sql) } : { QueryString: parts[0]?.sql }),
    ...(statement.parameters.length > 0 && { QueryParameters: [...statement.parameters] }),
  };
}

function durationOf({ startedMs, endedMs }: StatementPart): number {
  return startedMs === undefined || endedMs === undefined ? -1 : Math.round((endedMs - startedMs) * NS_PER_MS);
}

function sizesOf(parts: readonly StatementPart[]): number {
  const results = parts.flatMap(({ result }) => (result ? [result] : []));
  return results.length === 0 ? -1 : results.reduce((sum, result) => sum + sizeOf(result), 0);
}

function csvField(value: string | null): string {
  if (value === null) return '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
