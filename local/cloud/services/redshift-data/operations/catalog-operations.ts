import type { Call } from '../../../gateway/service';
import { AwsError } from '../../../gateway/aws-error';
import { pageOf } from '../../../gateway/pagination';
import type { CloudClock } from '../../../gateway/clock';
import type { DataAccess } from '../data-access';
import type { ConnectionRequest, WarehouseLogins } from '../warehouse-logins';
import type { DataOperations } from './data-operations';

export interface CatalogPorts {
  readonly access: DataAccess;
  readonly logins: WarehouseLogins;
  readonly clock: CloudClock;
}

const MOST_LISTED = 1000;

/** ListDatabases, ListSchemas, ListTables, DescribeTable. */
export function catalogOperations(ports: CatalogPorts): DataOperations {
  const access = (input: ConnectionRequest, call: Call) => ports.access.warehouse(call, input);
  return {
    ListDatabases: {
      access,
      run: async (input, call) => {
        const rows = await read<{ name: string }>(ports, call, { ...input, Database: input.Database ?? 'dev' }, 'select database_name as name from svv_redshift_databases order by 1', []);
        const { items, NextToken } = paged(rows, input);
        return { Databases: items.map(({ name }) => name), NextToken };
      },
    },
    ListSchemas: {
      access,
      run: async (input, call) => {
        const sql = 'select nspname::text as name from pg_namespace where nspname like $1 order by 1';
        const { items, NextToken } = paged(await read<{ name: string }>(ports, call, connected(input), sql, [input.SchemaPattern ?? '%']), input);
        return { Schemas: items.map(({ name }) => name), NextToken };
      },
    },
    ListTables: {
      access,
      run: async (input, call) => {
        const sql = 'select table_name as name, table_type as type, schema_name as schema from svv_all_tables where schema_name like $1 and table_name like $2 order by 3, 1';
        const rows = await read<{ name: string; type: string; schema: string }>(ports, call, connected(input), sql, [input.SchemaPattern ?? '%', input.TablePattern ?? '%']);
        const { items, NextToken } = paged(rows, input);
        return { Tables: items, NextToken };
      },
    },
    DescribeTable: {
      access,
      run: async (input, call) => {
        const sql =
          'select column_name as name, data_type as "typeName", (is_nullable = \'YES\')::int as nullable, coalesce(character_maximum_length, 0) as length, coalesce(numeric_precision, 0) as precision, coalesce(numeric_scale, 0) as scale, schema_name as "schemaName", table_name as "tableName", column_default as "columnDefault" from svv_all_columns where schema_name like $1 and table_name like $2 order by schema_name, table_name, ordinal_position';
        const rows = await read<Record<string, never>>(ports, call, connected(input), sql, [input.Schema ?? '%', input.Table ?? '%']);
        const { items, NextToken } = paged(rows, input);
        return { TableName: input.Table, ColumnList: items.map(({ columnDefault, ...column }) => ({ ...column, label: column.name, ...(columnDefault !== null && { columnDefault }) })), NextToken };
      },
    },
  };
}

async function read<Row extends object>({ logins, clock }: CatalogPorts, call: Call, request: ConnectionRequest, sql: string, values: readonly string[]): Promise<Row[]> {
  const login = await logins.loginFor(call, request);
  return clock.whileWorking(async () => {
    const client = await logins.connect(login).catch((error: Error) => {
      throw new AwsError('DatabaseConnectionException', error.message);
    });
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  });
}

/** `ConnectedDatabase` is where to log in, when that differs from what is asked about. */
function connected<Input extends ConnectionRequest & { readonly ConnectedDatabase?: string | undefined }>(input: Input): ConnectionRequest {
  return { ...input, Database: input.ConnectedDatabase ?? input.Database };
}

function paged<Item>(items: readonly Item[], { MaxResults = MOST_LISTED, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined }) {
  const page = pageOf(items, MaxResults, NextToken);
  if (!page) throw new AwsError('ValidationException', 'Invalid NextToken.');
  return { items: [...page.items], NextToken: page.nextToken };
}
