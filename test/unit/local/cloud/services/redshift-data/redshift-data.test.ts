import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  DescribeTableCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  GetStatementResultV2Command,
  ListSchemasCommand,
  ListStatementsCommand,
  ListTablesCommand,
  paginateGetStatementResult,
  RedshiftDataClient,
  ResourceNotFoundException,
  ValidationException,
  type ExecuteStatementCommandInput,
  type Field,
} from '@aws-sdk/client-redshift-data';
import { PauseClusterCommand } from '@aws-sdk/client-redshift';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { actAs, allow, type ActingRole } from '../../../../../support/role-session';
import { clusterArn, PASSWORD, SOURCE, WarehouseCloud } from '../redshift/redshift-fixture';

const TARGET = { ClusterIdentifier: 'sales', Database: 'dev' };
const AS_ADMIN = { ...TARGET, DbUser: 'awsuser' };

describe('the Redshift Data API', () => {
  let warehouse: WarehouseCloud;
  let data: RedshiftDataClient;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE);
    await warehouse.createCluster(SOURCE, 'sales');
    data = warehouse.cloud.client(RedshiftDataClient, SOURCE);
    await finished("create table sale (n bigint not null, amount numeric(12,2), note varchar(40), at timestamp) diststyle key distkey(n) sortkey(at)");
    await finished("insert into sale select n, n * 2.5, case when n % 2 = 0 then 'even' end, timestamp '2026-03-01 10:00' + n * interval '1 minute' from generate_series(1, 5) as n");
  });
  afterAll(() => warehouse.stop());

  function execute(input: Partial<ExecuteStatementCommandInput> & { Sql: string }, as = data) {
    return as.send(new ExecuteStatementCommand({ ...AS_ADMIN, ...input }));
  }

  async function finished(Sql: string, more: Partial<ExecuteStatementCommandInput> = {}): Promise<string> {
    const { Id, Status } = await execute({ Sql, WaitTimeSeconds: 10, ...more });
    if (Status !== 'FINISHED') throw new Error((await data.send(new DescribeStatementCommand({ Id }))).Error);
    return Id!;
  }

  async function rows(Sql: string, more: Partial<ExecuteStatementCommandInput> = {}): Promise<Field[][]> {
    return (await data.send(new GetStatementResultCommand({ Id: await finished(Sql, more) }))).Records!;
  }

  it('answers before the statement has run, and tells how it ended', async () => {
    const { Id, Status } = await execute({ Sql: 'select n, amount, note, at, n > 3 as large, amount::float8 as inexact from sale order by n', StatementName: 'first' });
    const early = await data.send(new DescribeStatementCommand({ Id }));
    const late = await data.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 10 }));
    const { Records, ColumnMetadata, TotalNumRows } = await data.send(new GetStatementResultCommand({ Id }));

    expect(Status).toBeUndefined();
    // How far it is by then is a matter of milliseconds.
    expect(['SUBMITTED', 'PICKED', 'STARTED']).toContain(early.Status);
    expect(late).toMatchObject({ Status: 'FINISHED', HasResultSet: true, ResultRows: 5, DbUser: 'awsuser', Database: 'dev', ClusterIdentifier: 'sales' });
    expect(late.Duration).toBeGreaterThan(0);
    expect(TotalNumRows).toBe(5);
    expect(Records![3]).toEqual([{ longValue: 4 }, { stringValue: '10.00' }, { stringValue: 'even' }, { stringValue: '2026-03-01 10:04:00' }, { booleanValue: true }, { doubleValue: 10 }]);
    expect(Records![0]![2]).toEqual({ isNull: true });
    expect(ColumnMetadata!.map(({ name, typeName, precision, scale, length }) => [name, typeName, precision, scale, length])).toEqual([
      ['n', 'int8', 0, 0, 8],
      ['amount', 'numeric', 12, 2, 0],
      ['note', 'varchar', 0, 0, 40],
      ['at', 'timestamp', 0, 0, 8],
      ['large', 'bool', 0, 0, 1],
      ['inexact', 'float8', 0, 0, 8],
    ]);
  });

  it('tells why a statement failed, and has no result then', async () => {
    const { Id, Status } = await execute({ Sql: 'select * from nowhere', WaitTimeSeconds: 10 });
    const { Error: error, HasResultSet } = await data.send(new DescribeStatementCommand({ Id }));

    expect([Status, error, HasResultSet]).toEqual(['FAILED', 'ERROR: relation "nowhere" does not exist', false]);
    await expect(data.send(new GetStatementResultCommand({ Id }))).rejects.toThrow('Query does not have result. Please check query status with DescribeStatement.');
  });

  it('binds named parameters as values, and refuses those that nothing names', async () => {
    const Parameters = [{ name: 'note', value: "it's; drop table sale" }, { name: 'n', value: '3' }];

    expect(await rows("select n::varchar || :note, ':note', :n::int + n from sale where n = :n", { Parameters })).toEqual([[{ stringValue: "3it's; drop table sale" }, { stringValue: ':note' }, { longValue: 6 }]]);
    await expect(execute({ Sql: 'select :n::int', Parameters })).rejects.toThrow('Unused parameters: [note]');
  });

  it('takes one statement at a time', async () => {
    await expect(execute({ Sql: 'select 1; select 2', WaitTimeSeconds: 10 })).resolves.toMatchObject({ Status: 'FAILED' });
  });

  it('runs a batch as one transaction', async () => {
    const { Id } = await data.send(new BatchExecuteStatementCommand({ ...AS_ADMIN, Sqls: ['create table half (n int)', 'insert into half values (1), (2)', 'select * from half'], WaitTimeSeconds: 10 }));
    const good = await data.send(new DescribeStatementCommand({ Id }));
    const failed = await data.send(new BatchExecuteStatementCommand({ ...AS_ADMIN, Sqls: ['insert into half values (3)', 'select 1 / 0', 'select 4'], WaitTimeSeconds: 10 }));
    const bad = await data.send(new DescribeStatementCommand({ Id: failed.Id }));

    expect(good.SubStatements!.map((part) => [part.Id, part.Status, part.ResultRows, part.HasResultSet])).toEqual([
      [`${Id}:1`, 'FINISHED', 0, false],
      [`${Id}:2`, 'FINISHED', 2, false],
      [`${Id}:3`, 'FINISHED', 2, true],
    ]);
    expect((await data.send(new GetStatementResultCommand({ Id: `${Id}:3` }))).Records).toHaveLength(2);
    expect([bad.Status, bad.Error, bad.SubStatements!.map((part) => part.Status)]).toEqual(['FAILED', 'Query #2 failed with ERROR: division by zero', ['FINISHED', 'FAILED', 'ABORTED']]);
    expect(await rows('select count(*) from half')).toEqual([[{ longValue: 2 }]]);
  });

  it('commits each statement of a batch where that is wanted', async () => {
    await finished('create table kept (n int)');
    const { Id } = await data.send(new BatchExecuteStatementCommand({ ...AS_ADMIN, ExecutionMode: 'AUTO_COMMIT', Sqls: ['insert into kept values (1)', 'select 1 / 0', 'insert into kept values (2)'], WaitTimeSeconds: 10 }));

    expect((await data.send(new DescribeStatementCommand({ Id }))).SubStatements!.map((part) => part.Status)).toEqual(['FINISHED', 'FAILED', 'FINISHED']);
    expect(await rows('select count(*) from kept')).toEqual([[{ longValue: 2 }]]);
  });

  it('gives long results in pages', async () => {
    const Id = await finished('select n from generate_series(1, 2500) as n order by n');
    const pages = [];

    for await (const page of paginateGetStatementResult({ client: data }, { Id })) pages.push(page.Records!);

    expect(pages.map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(pages.flat().map(([field]) => field!.longValue)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  });

  it('gives results as CSV where that is wanted', async () => {
    const Id = await finished(`select n, 'a "b", c' as text, null as nothing from sale where n < 3 order by n`, { ResultFormat: 'CSV' });

    const { Records } = await data.send(new GetStatementResultV2Command({ Id }));

    expect(Records).toEqual([{ CSVRecords: 'n,text,nothing\r\n1,"a ""b"", c",\r\n2,"a ""b"", c",' }]);
    await expect(data.send(new GetStatementResultCommand({ Id }))).rejects.toBeInstanceOf(ValidationException);
  });

  it('cancels a statement that runs', async () => {
    const { Id } = await execute({ Sql: 'select pg_sleep(60)' });
    await warehouse.passMinutes(0.01);
    await data.send(new CancelStatementCommand({ Id }));

    await expect(data.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 10 }))).resolves.toMatchObject({ Status: 'ABORTED' });
    await expect(data.send(new CancelStatementCommand({ Id }))).rejects.toThrow('Could not cancel a query that is already in ABORTED state');
  });

  it('does the same request once', async () => {
    const request = { Sql: 'insert into sale (n) values (99)', ClientToken: 'once', WaitTimeSeconds: 10 };

    const [one, other] = [await execute(request), await execute(request)];

    expect(other.Id).toBe(one.Id);
    expect(await rows('delete from sale where n = 99 returning n')).toHaveLength(1);
  });

  it('lists statements, schemas, tables and columns', async () => {
    await finished('select 1', { StatementName: 'listed-here' });

    const statements = await data.send(new ListStatementsCommand({ StatementName: 'listed' }));
    const tables = await data.send(new ListTablesCommand({ ...AS_ADMIN, TablePattern: 'sal%' }));
    const columns = await data.send(new DescribeTableCommand({ ...AS_ADMIN, Schema: 'public', Table: 'sale' }));
    const schemas = await data.send(new ListSchemasCommand(AS_ADMIN));

    expect(statements.Statements).toMatchObject([{ QueryString: 'select 1', Status: 'FINISHED', IsBatchStatement: false }]);
    expect(tables.Tables).toEqual([{ name: 'sale', type: 'TABLE', schema: 'public' }]);
    expect(columns.ColumnList).toMatchObject([{ name: 'n', nullable: 0 }, { name: 'amount', precision: 12, scale: 2 }, { name: 'note', length: 40 }, { name: 'at' }]);
    expect(schemas.Schemas).toContain('public');
  });

  it('logs in with a secret, whose words may be wrong', async () => {
    const secrets = warehouse.cloud.client(SecretsManagerClient, SOURCE);
    const secret = async (Name: string, content: object) => (await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(content) }))).ARN!;
    const SecretArn = await secret('warehouse', { username: 'awsuser', password: PASSWORD });
    const wrong = await secret('wrong', { username: 'awsuser', password: 'not-this-one' });
    const empty = await secret('empty', { user: 'awsuser' });

    await expect(data.send(new ExecuteStatementCommand({ ...TARGET, SecretArn, Sql: 'select current_user', WaitTimeSeconds: 10 }))).resolves.toMatchObject({ Status: 'FINISHED', SecretArn });
    const { Id } = await data.send(new ExecuteStatementCommand({ ...TARGET, SecretArn: wrong, Sql: 'select 1', WaitTimeSeconds: 10 }));
    await expect(data.send(new DescribeStatementCommand({ Id }))).resolves.toMatchObject({ Status: 'FAILED', Error: 'FATAL: password authentication failed for user "awsuser"' });
    await expect(data.send(new ExecuteStatementCommand({ ...TARGET, SecretArn: empty, Sql: 'select 1' }))).rejects.toThrow('username and password in secret cannot be empty');
  });

  it('knows no cluster that is not there, and none that is paused', async () => {
    await warehouse.createCluster(SOURCE, 'asleep');
    await warehouse.client(SOURCE).send(new PauseClusterCommand({ ClusterIdentifier: 'asleep' }));
    await warehouse.untilCluster(SOURCE, 'asleep', 'paused');

    await expect(execute({ Sql: 'select 1', ClusterIdentifier: 'absent' })).rejects.toThrow("Redshift endpoint doesn't exist in this region.");
    await expect(execute({ Sql: 'select 1', ClusterIdentifier: 'asleep' })).rejects.toBeInstanceOf(ValidationException);
  });

  describe('for a role', () => {
    const statements = [
      allow('redshift-data:ExecuteStatement', clusterArn(SOURCE, 'sales')),
      allow('redshift:GetClusterCredentials', [`arn:aws:redshift:${SOURCE.region}:${SOURCE.account}:dbuser:sales/awsuser`, `arn:aws:redshift:${SOURCE.region}:${SOURCE.account}:dbname:sales/dev`]),
      allow(['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'], '*', { Condition: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '${aws:userid}' } } }),
    ];
    const client = (role: ActingRole) => role.client(RedshiftDataClient, SOURCE.region);

    it('works with exactly these permissions, and hides the statement from everybody else', async () => {
      const role = client(await actAs(warehouse.cloud, SOURCE.account, 'reader', statements));

      const { Id, Status } = await execute({ Sql: 'select 42', WaitTimeSeconds: 10 }, role);

      expect(Status).toBe('FINISHED');
      expect((await role.send(new GetStatementResultCommand({ Id }))).Records).toEqual([[{ longValue: 42 }]]);
      await expect(data.send(new DescribeStatementCommand({ Id }))).rejects.toBeInstanceOf(ResourceNotFoundException);
    });

    it('gives an identity of its own to who names no user', async () => {
      const role = client(await actAs(warehouse.cloud, SOURCE.account, 'analyst', [allow('redshift-data:*'), allow('redshift:GetClusterCredentialsWithIAM')]));

      const { Id, DbUser } = await role.send(new ExecuteStatementCommand({ ...TARGET, Sql: 'select current_user::varchar', WaitTimeSeconds: 10 }));

      expect(DbUser).toBe('IAMR:analyst');
      expect((await role.send(new GetStatementResultCommand({ Id }))).Records).toEqual([[{ stringValue: 'IAMR:analyst' }]]);
    });

    it.each([
      ['redshift-data:ExecuteStatement', 0],
      ['redshift:GetClusterCredentials', 1],
    ])('needs %s', async (action, left) => {
      const role = client(await actAs(warehouse.cloud, SOURCE.account, `without-${left}`, statements.filter((_, index) => index !== left)));

      await expect(execute({ Sql: 'select 1' }, role)).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining(action) as string });
    });
  });

  describe('with what Redshift has beyond PostgreSQL', () => {
    it.each([
      // The three values are those of https://docs.aws.amazon.com/redshift/latest/dg/r_FNV_HASH.html
      ['fnv_hash(1)::varchar', '-5968735742475085980'],
      ["fnv_hash('Amazon Redshift'::varchar)::varchar", '7783490368944507294'],
      ["fnv_hash('Amazon Redshift'::varchar, fnv_hash(1))::varchar", '-2202602717770968555'],
      ["strtol('abcd1234', 16)::varchar", '2882343476'],
      ["strtol('-1010', 2)::varchar", '-10'],
      ["strtol(substring(md5('x'), 1, 15), 16)::varchar", BigInt(`0x9dd4e461268c803`).toString()],
      ["listagg(n, ', ') within group (order by n desc) from sale", '5, 4, 3, 2, 1'],
      ["listagg(distinct note, '|') from sale", 'even'],
      ['approximate count(distinct n)::varchar from sale', '5'],
      ["sha2('abc', 256)", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
      ["nvl(null, 'there')", 'there'],
      ["len('four')::varchar", '4'],
    ])('%s is %s', async (expression, expected) => {
      expect(await rows(`select ${expression}`)).toEqual([[{ stringValue: expected }]]);
    });

    it('refuses digits that are none', async () => {
      await expect(rows("select strtol('xyz', 16)")).rejects.toThrow('not valid to be converted to base 16');
    });

    it('shows what there is in its own views', async () => {
      expect(await rows(`select "schema", "table", tbl_rows::int from svv_table_info where "table" = 'sale'`)).toEqual([[{ stringValue: 'public' }, { stringValue: 'sale' }, { longValue: 5 }]]);
      expect(await rows("select \"column\", type from pg_table_def where tablename = 'sale' and \"notnull\"")).toEqual([[{ stringValue: 'n' }, { stringValue: 'bigint' }]]);
      expect(await rows("select schema_name, table_name, table_type from svv_all_tables where table_name = 'sale'")).toEqual([[{ stringValue: 'public' }, { stringValue: 'sale' }, { stringValue: 'TABLE' }]]);
      expect(await rows("select count(*) from svv_all_columns where table_name = 'sale'")).toEqual([[{ longValue: 4 }]]);
    });

    it('has it in databases that are created later too', async () => {
      await finished('create database later');

      expect(await rows("select strtol('ff', 16)", { Database: 'later' })).toEqual([[{ longValue: 255 }]]);
    });
  });
});
