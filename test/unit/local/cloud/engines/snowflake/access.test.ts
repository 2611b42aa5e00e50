import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, newKeyPair, rows, startWarehouse, value } from './driver';

const readerKeys = newKeyPair();
let warehouse: SnowflakeWarehouse;
let owner: Connection;
let reader: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.execute('CREATE ROLE READER');
  await warehouse.execute('CREATE ROLE OTHER');
  await warehouse.createUser({
    name: 'READER',
    roles: ['READER', 'OTHER'],
    defaultRole: 'READER',
    publicKeyPem: readerKeys.publicKey,
    defaultSecondaryRoles: 'NONE',
  });
  owner = await connect(warehouse);
  reader = await connect(warehouse, { username: 'READER', privateKey: readerKeys.privateKey, role: 'READER' });
  await rows(owner, 'CREATE TABLE T (A NUMBER)');
  await rows(owner, 'INSERT INTO T VALUES (1)');
  for (const grant of ['USAGE ON DATABASE DB', 'USAGE ON SCHEMA DB.APP', 'SELECT ON TABLE DB.APP.T', 'USAGE ON WAREHOUSE WH'])
    await warehouse.execute(`GRANT ${grant} TO ROLE READER`);
});

afterAll(async () => {
  await disconnect(owner);
  await disconnect(reader);
  await warehouse.stop();
});

const grants = async (table: string) =>
  (await rows(owner, `SHOW GRANTS ON TABLE ${table}`)).map(({ privilege, grantee_name }) => `${String(privilege)} ${String(grantee_name)}`);

describe('a role', () => {
  test('learns nothing of what it has no privilege on, then what is missing step by step', async () => {
    await warehouse.execute('CREATE ROLE NEWCOMER');
    await warehouse.createUser({ name: 'NEWCOMER', roles: ['NEWCOMER'], publicKeyPem: readerKeys.publicKey });
    const newcomer = await connect(warehouse, { username: 'NEWCOMER', privateKey: readerKeys.privateKey, role: 'NEWCOMER' });
    const attempt = () => errorOf(rows(newcomer, 'SELECT * FROM DB.APP.T'));
    const missing = (name: string) => ({
      code: '002003',
      message: expect.stringContaining(`${name} does not exist or not authorized`) as string,
    });

    expect(await attempt()).toMatchObject(missing("Database 'DB'"));
    await warehouse.execute('GRANT USAGE ON DATABASE DB TO ROLE NEWCOMER');
    expect(await attempt()).toMatchObject(missing("Schema 'DB.APP'"));
    await warehouse.execute('GRANT USAGE ON SCHEMA DB.APP TO ROLE NEWCOMER');
    expect(await attempt()).toMatchObject(missing("Object 'DB.APP.T'"));
    await warehouse.execute('GRANT SELECT ON TABLE DB.APP.T TO ROLE NEWCOMER');
    expect(await attempt()).toMatchObject({ code: '000606' });
    await warehouse.execute('GRANT USAGE ON WAREHOUSE WH TO ROLE NEWCOMER');
    await expect(rows(newcomer, 'SELECT * FROM DB.APP.T')).resolves.toEqual([{ A: '1' }]);
    await disconnect(newcomer);
  });

  test.each([
    ['INSERT INTO DB.APP.T VALUES (2)', "table 'T'"],
    ['UPDATE DB.APP.T SET A = 2', "table 'T'"],
    ['DELETE FROM DB.APP.T', "table 'T'"],
    ['TRUNCATE TABLE DB.APP.T', "table 'T'"],
    ['MERGE INTO DB.APP.T t USING (SELECT 1 AS A) s ON t.A = s.A WHEN MATCHED THEN DELETE', "table 'T'"],
    ['DROP TABLE DB.APP.T', "table 'T'"],
    ['ALTER TABLE DB.APP.T RENAME TO DB.APP.T9', "table 'T'"],
    ['CREATE TABLE DB.APP.NEW (A NUMBER)', "schema 'APP'"],
    ['GRANT SELECT ON TABLE DB.APP.T TO ROLE OTHER', "table 'T'"],
    ['CREATE DATABASE D2', "account 'LOCAL'"],
    ['ALTER WAREHOUSE WH SUSPEND', "warehouse 'WH'"],
  ])('that may only select is refused %s', async (sql, object) => {
    const error = await errorOf(rows(reader, sql));

    expect(error).toMatchObject({ code: '003001', sqlState: '42501' });
    expect(error.message).toContain(`Insufficient privileges to operate on ${object}`);
  });

  test('may have temporary tables without the right to create tables', async () => {
    await rows(reader, 'CREATE TEMPORARY TABLE DB.APP.SCRATCH (A NUMBER)');

    await rows(reader, 'DROP TABLE DB.APP.SCRATCH');
  });

  test('is exchanged with USE ROLE, if the user has it', async () => {
    await rows(reader, 'USE ROLE OTHER');
    expect(await errorOf(rows(reader, 'SELECT * FROM DB.APP.T'))).toMatchObject({ code: '002003' });
    await rows(reader, 'USE SECONDARY ROLES ALL');
    await expect(value(reader, 'SELECT COUNT(*) FROM DB.APP.T')).resolves.toBe('1');
    await rows(reader, 'USE SECONDARY ROLES NONE');
    await rows(reader, 'USE ROLE READER');

    expect(await errorOf(rows(reader, 'USE ROLE ACCOUNTADMIN'))).toMatchObject({ code: '003013' });
  });

  test('inherits what is granted to a role that it has been granted', async () => {
    await warehouse.execute('CREATE ROLE PARENT');
    await warehouse.execute('GRANT ROLE READER TO ROLE PARENT');
    await warehouse.execute('GRANT ROLE PARENT TO USER READER');

    await rows(reader, 'USE ROLE PARENT');
    await expect(value(reader, 'SELECT COUNT(*) FROM DB.APP.T')).resolves.toBe('1');
    await rows(reader, 'USE ROLE READER');
  });
});

describe('SHOW GRANTS', () => {
  test('lists the owner and the privileges, which REVOKE takes away', async () => {
    await rows(owner, 'CREATE OR REPLACE TABLE G (A NUMBER)');
    await rows(owner, 'GRANT SELECT, INSERT ON TABLE G TO ROLE READER');
    expect(await grants('G')).toEqual(['INSERT READER', 'OWNERSHIP LOADER', 'SELECT READER']);

    await rows(owner, 'REVOKE INSERT ON TABLE G FROM ROLE READER');

    expect(await grants('G')).toEqual(['OWNERSHIP LOADER', 'SELECT READER']);
  });
});

describe('the grants of a new table', () => {
  test("are the schema's future grants", async () => {
    await warehouse.execute('GRANT SELECT ON FUTURE TABLES IN SCHEMA DB.APP TO ROLE READER');
    await rows(owner, 'CREATE TABLE FUT (A NUMBER)');

    expect(await grants('FUT')).toEqual(['OWNERSHIP LOADER', 'SELECT READER']);
    await warehouse.execute('REVOKE SELECT ON FUTURE TABLES IN SCHEMA DB.APP FROM ROLE READER');
  });

  test('are gone after CREATE OR REPLACE unless COPY GRANTS keeps them', async () => {
    await rows(owner, 'CREATE TABLE R1 (A NUMBER)');
    await rows(owner, 'GRANT SELECT ON TABLE R1 TO ROLE READER');

    await rows(owner, 'CREATE OR REPLACE TABLE R1 COPY GRANTS AS SELECT 1 AS A');
    expect(await grants('R1')).toEqual(['OWNERSHIP LOADER', 'SELECT READER']);

    await rows(owner, 'CREATE OR REPLACE TABLE R1 (A NUMBER)');
    expect(await grants('R1')).toEqual(['OWNERSHIP LOADER']);
  });

  test('come with LIKE ... COPY GRANTS from the table it is like', async () => {
    await rows(owner, 'CREATE TABLE SOURCE (A NUMBER)');
    await rows(owner, 'GRANT SELECT ON TABLE SOURCE TO ROLE READER');

    await rows(owner, 'CREATE TABLE R2 LIKE SOURCE COPY GRANTS');
    await rows(owner, 'CREATE TABLE R3 LIKE SOURCE');

    expect(await grants('R2')).toEqual(['OWNERSHIP LOADER', 'SELECT READER']);
    expect(await grants('R3')).toEqual(['OWNERSHIP LOADER']);
  });
});

describe('SWAP', () => {
  test('moves rows, columns, grants and kind with the table, not with the name', async () => {
    await rows(owner, 'CREATE OR REPLACE TABLE LIVE (A NUMBER)');
    await rows(owner, 'GRANT SELECT ON TABLE LIVE TO ROLE READER');
    await rows(owner, 'CREATE OR REPLACE TRANSIENT TABLE STAGED (A NUMBER, B NUMBER)');
    await rows(owner, 'INSERT INTO STAGED VALUES (1, 2)');

    await rows(owner, 'ALTER TABLE LIVE SWAP WITH STAGED');

    await expect(rows(owner, 'SELECT * FROM LIVE')).resolves.toEqual([{ A: '1', B: '2' }]);
    expect(await grants('LIVE')).toEqual(['OWNERSHIP LOADER']);
    expect(await grants('STAGED')).toEqual(['OWNERSHIP LOADER', 'SELECT READER']);
    expect((await rows(owner, "SHOW TABLES LIKE 'LIVE'"))[0]).toMatchObject({ kind: 'TRANSIENT' });
  });

  test('is refused between a temporary and another table', async () => {
    await rows(owner, 'CREATE OR REPLACE TEMPORARY TABLE TMP (A NUMBER)');

    expect(await errorOf(rows(owner, 'ALTER TABLE T SWAP WITH TMP'))).toMatchObject({ code: '002223' });
  });

  test('takes ownership of both tables', async () => {
    await warehouse.execute('CREATE TABLE DB.APP.FOREIGN_TABLE (A NUMBER)');
    await warehouse.execute('GRANT SELECT ON TABLE DB.APP.FOREIGN_TABLE TO ROLE LOADER');

    expect(await errorOf(rows(owner, 'ALTER TABLE T SWAP WITH FOREIGN_TABLE'))).toMatchObject({ code: '003001' });
  });
});

describe('a warehouse', () => {
  test('that is suspended wakes up by itself, unless it may not', async () => {
    await warehouse.execute('ALTER WAREHOUSE WH SUSPEND');
    await expect(value(owner, 'SELECT COUNT(*) FROM T')).resolves.toBe('1');
    await warehouse.execute('ALTER WAREHOUSE WH SET AUTO_RESUME = FALSE');
    await warehouse.execute('ALTER WAREHOUSE WH SUSPEND');

    expect(await errorOf(rows(owner, 'SELECT * FROM T'))).toMatchObject({ code: '000606' });
    await expect(value(owner, 'SELECT 1')).resolves.toBe('1');
    expect((await rows(owner, 'SHOW WAREHOUSES'))[0]).toMatchObject({ name: 'WH', state: 'SUSPENDED', auto_resume: 'false' });

    await warehouse.execute('ALTER WAREHOUSE WH RESUME');
    await expect(value(owner, 'SELECT COUNT(*) FROM T')).resolves.toBe('1');
  });

  test('that does not exist is no reason to refuse the login', async () => {
    const connection = await connect(warehouse, { warehouse: 'NOPE' });

    expect(await errorOf(rows(connection, 'SELECT * FROM T'))).toMatchObject({ code: '000606' });
    await rows(connection, 'USE WAREHOUSE WH');
    await expect(value(connection, 'SELECT COUNT(*) FROM T')).resolves.toBe('1');
    await disconnect(connection);
  });
});

describe('the query history', () => {
  test('tells the tag, the statement and how it ended', async () => {
    await rows(owner, `ALTER SESSION SET QUERY_TAG = 'batch-42'`);
    await rows(owner, 'SELECT 42');
    await errorOf(rows(owner, 'SELECT NOPE'));

    const history = await rows(
      owner,
      'SELECT QUERY_TEXT, QUERY_TAG, EXECUTION_STATUS, ERROR_CODE FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION(RESULT_LIMIT => 2))',
    );

    expect(history).toEqual([
      { QUERY_TEXT: 'SELECT NOPE', QUERY_TAG: 'batch-42', EXECUTION_STATUS: 'FAILED_WITH_ERROR', ERROR_CODE: '000904' },
      { QUERY_TEXT: 'SELECT 42', QUERY_TAG: 'batch-42', EXECUTION_STATUS: 'SUCCESS', ERROR_CODE: null },
    ]);
    expect((await warehouse.statements()).at(-2)).toMatchObject({
      sqlText: 'SELECT NOPE',
      queryTag: 'batch-42',
      user: 'LOADER',
      role: 'LOADER',
      warehouse: 'WH',
    });
  });

  test('never shows a password', async () => {
    await errorOf(rows(owner, `CREATE USER P PASSWORD = 'hunter2' COMMENT = 'x'`));

    expect((await warehouse.statements()).at(-1)?.sqlText).toBe(`CREATE USER P PASSWORD = '***' COMMENT = 'x'`);
  });

  test('is within reach of RESULT_SCAN', async () => {
    await rows(owner, "SHOW TABLES LIKE 'T'");

    await expect(rows(owner, 'SELECT "name", "kind" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))')).resolves.toEqual([
      { name: 'T', kind: 'TABLE' },
    ]);
  });
});

describe('the operator', () => {
  test("alters rows behind everybody's back", async () => {
    const before = (await warehouse.statements()).length;

    await expect(warehouse.corrupt({ table: 'DB.APP.T', set: 'A = 666', where: 'A = 1' })).resolves.toBe(1);

    await expect(value(owner, 'SELECT A FROM T')).resolves.toBe('666');
    expect((await warehouse.statements()).length).toBe(before + 1);
    await warehouse.corrupt({ table: 'DB.APP.T', set: 'A = 1', where: 'A = 666' });
  });
});
