import { CertificateAuthority } from '../../../../../../local/cloud/engines/pki/certificate-authority';
import { WarehouseProcess } from '../../../../../../local/cloud/engines/snowflake/process/warehouse-process';
import { CloudClock } from '../../../../../../local/cloud/gateway/clock';
import { request } from 'node:https';
import { connect, disconnect, newKeyPair, rows, value } from './driver';

const keys = newKeyPair();

describe('a warehouse in its own process', () => {
  let clock: CloudClock;
  let warehouse: WarehouseProcess;

  beforeAll(async () => {
    clock = new CloudClock({ busy: 1, idle: Infinity }, new Date('2031-05-05T00:00:00Z'));
    warehouse = await WarehouseProcess.start({ clock, accountName: 'acct' });
    for (const sql of [
      'CREATE DATABASE DB',
      'CREATE ROLE R',
      'CREATE WAREHOUSE WH',
      'GRANT USAGE ON WAREHOUSE WH TO ROLE R',
      'GRANT OWNERSHIP ON DATABASE DB TO ROLE R',
      'GRANT OWNERSHIP ON SCHEMA DB.PUBLIC TO ROLE R',
    ])
      await warehouse.execute(sql);
    await warehouse.createUser({ name: 'U', roles: ['R'], publicKeyPem: keys.publicKey });
  });

  afterAll(async () => {
    await warehouse.stop();
    clock.stop();
  });

  const login = () => connect(warehouse, { account: 'acct', username: 'U', privateKey: keys.privateKey, role: 'R', schema: 'PUBLIC' });

  test("serves the driver, shows the cloud's time and counts as work while a statement runs", async () => {
    const connection = await login();
    await rows(connection, 'CREATE OR REPLACE TABLE T (A NUMBER)');
    let worked = 0;
    const beginWork = clock.beginWork.bind(clock);
    clock.beginWork = () => {
      worked += 1;
      return beginWork();
    };

    expect(String(await value(connection, 'SELECT YEAR(SYSDATE())'))).toBe('2031');

    expect(worked).toBe(1);
    clock.beginWork = beginWork;
    await disconnect(connection);
  });

  test("expires sessions by the cloud's time", async () => {
    const connection = await login();
    await clock.pass(5 * 3_600_000);

    await expect(value(connection, 'SELECT 1')).rejects.toMatchObject({ code: 407002 });
  });

  test('says when a statement is run, and when it has been already', async () => {
    const connection = await login();
    await rows(connection, `ALTER SESSION SET QUERY_TAG = 'of run-1'`);
    const coming = warehouse.statementLike({ pattern: '^SELECT 7', queryTagEnd: ' run-1' });

    await rows(connection, 'SELECT 7');

    await expect(coming).resolves.toBeNull();
    await expect(warehouse.statementLike({ pattern: '7$', queryTagEnd: ' run-1' })).resolves.toBeNull();
    await disconnect(connection);
  });

  test('hands errors, counters, faults and the statement log through', async () => {
    await expect(warehouse.execute('SELECT NOPE()')).rejects.toMatchObject({ code: '002140', sqlState: '42601' });
    await warehouse.addFault({ on: 'query', pattern: 'SELECT 3', effect: { kind: 'code', code: '000603', message: 'struck' } });
    const connection = await login();

    await expect(value(connection, 'SELECT 3')).rejects.toMatchObject({ code: '000603' });
    await warehouse.clearFaults();
    await rows(connection, 'SELECT 4');

    expect((await warehouse.statements()).at(-1)).toMatchObject({ sqlText: 'SELECT 4', user: 'U', startedAt: expect.any(Date) as Date });
    expect(await warehouse.counters()).toMatchObject({ openSessions: expect.any(Number) as number });
    await disconnect(connection);
  });
});

describe('a warehouse with a certificate', () => {
  test('presents it, so that a client that trusts the authority gets in', async () => {
    const authority = await CertificateAuthority.create();
    const warehouse = await WarehouseProcess.start({ tls: await authority.issue('acct.snowflakecomputing.com') });

    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        `${warehouse.url}/telemetry/send`,
        { method: 'POST', ca: authority.certificatePem, servername: 'acct.snowflakecomputing.com' },
        (response) => resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end('{}');
    });

    expect(status).toBe(200);
    await warehouse.stop();
  });
});
