import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  paginateGetStatementResult,
  RedshiftDataClient,
  type Field,
} from '@aws-sdk/client-redshift-data';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/**
 * A database, and whom to ask as. The user gets a password for the moment; none is kept anywhere.
 *
 * In a workgroup of Redshift Serverless the user is `IAMR:<role>`, after the role of the caller:
 * https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_GetCredentials.html
 */
export type DataConnection = { readonly clusterIdentifier: string; readonly database: string; readonly user: string } | { readonly workgroup: string; readonly database: string };

/** Where statements are, all of them together. */
export interface StatementState {
  readonly status: 'running' | 'finished' | 'failed';
  /** What Redshift says about the failure. */
  readonly error: string | undefined;
  /** Ids to fetch the results by, of each statement that has any. */
  readonly resultIds: readonly string[];
}

const ENDED_BADLY: readonly (string | undefined)[] = ['FAILED', 'ABORTED'];

/** SQL through the Redshift Data API: no network path, no driver and no stored password. */
export class RedshiftData {
  constructor(private readonly client: RedshiftDataClient) {}

  static in(target: Target): RedshiftData {
    return new RedshiftData(clientFor(RedshiftDataClient, target));
  }

  /**
   * Starts statements that see one state of the database: they run one after the other in one transaction.
   * https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html (at most 40)
   */
  async start(connection: DataConnection, statements: readonly string[], name: string): Promise<string> {
    const to = 'workgroup' in connection ? { WorkgroupName: connection.workgroup } : { ClusterIdentifier: connection.clusterIdentifier, DbUser: connection.user };
    const command = new BatchExecuteStatementCommand({ ...to, Database: connection.database, Sqls: [...statements], StatementName: name });
    const { Id } = await this.client.send(command);
    return present(Id, 'Id');
  }

  async stateOf(id: string): Promise<StatementState> {
    const { Status, Error: error, SubStatements = [] } = await this.client.send(new DescribeStatementCommand({ Id: id }));
    const failed = SubStatements.find(({ Status: status }) => ENDED_BADLY.includes(status));
    return {
      status: Status === 'FINISHED' ? 'finished' : ENDED_BADLY.includes(Status) ? 'failed' : 'running',
      error: error ?? failed?.Error,
      resultIds: SubStatements.filter(({ HasResultSet }) => HasResultSet).map(({ Id }) => present(Id, 'SubStatements[].Id')),
    };
  }

  /** All rows of a finished statement; every value as text, or null. */
  async rowsOf(resultId: string): Promise<readonly (readonly (string | null)[])[]> {
    const rows: (readonly (string | null)[])[] = [];
    for await (const { Records = [] } of paginateGetStatementResult({ client: this.client }, { Id: resultId })) {
      rows.push(...Records.map((record) => record.map(textOf)));
    }
    return rows;
  }
}

function textOf(field: Field): string | null {
  if (field.isNull) return null;
  const value = field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue;
  return String(present(value, 'a value in a record'));
}
