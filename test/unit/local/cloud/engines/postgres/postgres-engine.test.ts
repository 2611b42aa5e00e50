import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { CertificateAuthority } from '../../../../../../local/cloud/engines/pki/certificate-authority';
import { lsnToBytes } from '../../../../../../local/cloud/engines/postgres/log-position';
import type { PostgresEngine } from '../../../../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../../../../local/cloud/engines/postgres/postgres-server';
import { asMaster, eventually, MASTER_PASSWORD, openEngine, ordersServer, valueOf } from './fixtures';

/** Real servers on a machine that others use too. */

let engine: PostgresEngine;
let authority: CertificateAuthority;

beforeAll(async () => {
  ({ engine, authority } = await openEngine());
});

afterAll(() => engine.close());

describe('PostgresEngine.create', () => {
  it('makes a server whose master user owns the database and can do what RDS allows', async () => {
    const server = await engine.create(ordersServer());

    await asMaster(server, async (client) => {
      await client.query("create table t (id int); create role app login password 'x'; grant rds_iam to app");
      await client.query('create database reports');
      expect(await valueOf(client, 'select rolsuper from pg_roles where rolname = current_user')).toBe(false);
      expect(await valueOf(client, 'select pg_get_userbyid(datdba) from pg_database where datname = current_database()')).toBe('master');
      expect(await valueOf(client, "select pg_has_role('rds_superuser', 'usage') and pg_has_role('pg_monitor', 'usage')")).toBe(true);
    });
  });

  test.each([
    ['reads files of the machine', "select pg_read_file('/etc/passwd')"],
    ['starts a backup', "select pg_backup_start('x')"],
    ['changes the server’s parameters', "alter system set work_mem = '1MB'"],
    ['makes a superuser', 'create role root superuser'],
    ['reads the rows of others', 'select rolpassword from pg_authid'],
  ])('keeps the master user from what only a superuser does: it %s', async (_case, sql) => {
    const server = await engine.create(ordersServer());

    await expect(asMaster(server, (client) => client.query(sql))).rejects.toMatchObject({ code: '42501' });
  });

  it('lets nobody in without the right password, nor into the database of the control plane', async () => {
    const server = await engine.create(ordersServer());
    const enter = (config: object) => asMaster(server, (client) => valueOf(client, 'select 1'), config);

    await expect(enter({ password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
    await expect(enter({ user: 'nobody' })).rejects.toMatchObject({ code: '28P01' });
    await expect(enter({ database: 'missing' })).rejects.toMatchObject({ code: '3D000' });
    await expect(enter({ database: 'rdsadmin' })).rejects.toMatchObject({ code: '28000' });
  });

  it('presents a certificate for its host names, and for new ones after they change', async () => {
    const server = await engine.create(ordersServer({ hostnames: ['first.test', 'alias.test'] }));
    const connectTo = (name: string) =>
      asMaster(server, (client) => valueOf(client, 'select version from pg_stat_ssl where pid = pg_backend_pid()'), {
        ssl: { ca: authority.certificatePem, servername: name },
      });

    await expect(connectTo('first.test')).resolves.toMatch(/^TLSv1\.[23]$/);
    await expect(connectTo('alias.test')).resolves.toBeDefined();
    await expect(connectTo('second.test')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });

    await server.setHostnames(['second.test']);

    await expect(connectTo('second.test')).resolves.toBeDefined();
    await expect(connectTo('first.test')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(server.caHostnames).toEqual(['second.test']);
  });

  it('turns away clients without TLS when rds.force_ssl is on', async () => {
    const server = await engine.create(ordersServer({ parameters: { 'rds.force_ssl': '1' } }));
    const enter = (ssl: object | false) => asMaster(server, (client) => valueOf(client, 'show "rds.force_ssl"'), { ssl });

    await expect(enter(false)).rejects.toMatchObject({ code: '28000' });
    await expect(enter({ ca: authority.certificatePem, servername: 'orders.test' })).resolves.toBe('1');
  });

  test.each([
    [{ masterUser: 'rdsadmin' }, 'masterUser "rdsadmin" must be'],
    [{ name: '../escape' }, 'name "../escape" must be'],
    [{ parameters: { port: '1' } }, 'parameter port belongs to the local cloud'],
  ])('fails on %j before it starts anything', async (props, message) => {
    await expect(engine.create(ordersServer(props))).rejects.toThrow(message);
  });

  it('leaves nothing behind when PostgreSQL refuses a parameter, and says why', async () => {
    await expect(engine.create(ordersServer({ parameters: { shared_buffers: 'plenty' } }))).rejects.toThrow('invalid value for parameter "shared_buffers": "plenty"');
  });
});

/** Inserts row after row into `t`; each is noted with a log position at which it was committed already. */
async function writeContinuously(server: PostgresServer): Promise<{ readonly stop: () => Promise<readonly { readonly lsn: bigint }[]> }> {
  const writer = new Client({ host: '127.0.0.1', port: server.port, user: 'master', password: MASTER_PASSWORD, database: 'orders' });
  await writer.connect();
  await writer.query('create table t (id serial primary key, filler text)');
  const acknowledged: { lsn: bigint }[] = [];
  let writing = true;
  const writes = (async () => {
    while (writing) {
      await writer.query("insert into t (filler) values (repeat('x', 2000))");
      acknowledged.push({ lsn: lsnToBytes((await valueOf(writer, 'select pg_current_wal_insert_lsn()')) as string) });
    }
  })();
  await eventually(() => acknowledged.length > 50);
  return {
    stop: async () => {
      const soFar = acknowledged.length;
      await eventually(() => acknowledged.length > soFar + 50);
      writing = false;
      await writes;
      await writer.end();
      return acknowledged;
    },
  };
}

describe('PostgresEngine.takeSnapshot', () => {
  it('holds every row that was acknowledged before it ended, although writers go on', async () => {
    const server = await engine.create(ordersServer());
    const writes = await writeContinuously(server);

    const snapshot = await engine.takeSnapshot(server, 'nightly');
    const acknowledged = await writes.stop();

    const copy = await engine.copySnapshot(snapshot, 'copy');
    await engine.deleteSnapshot(snapshot);
    const restored = await engine.restore({ name: 'restored', hostnames: ['restored.test'], snapshot: copy });
    const rows = (await asMaster(restored, (client) => valueOf(client, 'select count(*)::int from t'))) as number;
    const stopped = lsnToBytes(snapshot.stopLsn);
    expect(acknowledged.filter(({ lsn }) => lsn <= stopped).length).toBeGreaterThan(0);
    expect(rows).toBeGreaterThanOrEqual(acknowledged.filter(({ lsn }) => lsn <= stopped).length);
    expect(rows).toBeLessThan(acknowledged.length);
    expect(restored.port).not.toBe(server.port);
    expect(snapshot.sizeBytes).toBeGreaterThan(10_000_000);
  });

  it('fails on a server that is down and leaves no directory', async () => {
    const server = await engine.create(ordersServer());
    await server.stop();

    await expect(engine.takeSnapshot(server, 'down')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('PostgresEngine.restore', () => {
  it('carries the passwords of the snapshot unless it is given a new one for the master user', async () => {
    const server = await engine.create(ordersServer());
    const snapshot = await engine.takeSnapshot(server, 'passwords');

    const restored = await engine.restore({ name: 'same', hostnames: ['restored.test'], snapshot });
    const rekeyed = await engine.restore({ name: 'rekeyed', hostnames: ['restored.test'], snapshot, masterPassword: 'another' });

    const enter = (target: typeof server, password: string) => asMaster(target, (client) => valueOf(client, 'select 1'), { password });
    await expect(enter(restored, MASTER_PASSWORD)).resolves.toBe(1);
    await expect(enter(rekeyed, 'another')).resolves.toBe(1);
    await expect(enter(rekeyed, MASTER_PASSWORD)).rejects.toMatchObject({ code: '28P01' });
  });

  it('takes parameters and host names from the request, not from the snapshot', async () => {
    const server = await engine.create(ordersServer({ parameters: { work_mem: '5MB' } }));
    await server.setParameters({ maintenance_work_mem: '9MB' });
    const snapshot = await engine.takeSnapshot(server, 'parameters');

    const restored = await engine.restore({ name: 'plain', hostnames: ['restored.test'], snapshot, parameters: { work_mem: '6MB' } });

    await asMaster(
      restored,
      async (client) => {
        expect(await valueOf(client, 'show work_mem')).toBe('6MB');
        expect(await valueOf(client, 'show maintenance_work_mem')).not.toBe('9MB');
      },
      { ssl: { ca: authority.certificatePem, servername: 'restored.test' } },
    );
  });
});

describe('PostgresServer', () => {
  it('keeps what it acknowledged through SIGKILL, on the same port', async () => {
    const server = await engine.create(ordersServer());
    const { port } = server;
    await asMaster(server, (client) => client.query('create table t as select 1 as id'));
    const session = await server.connectAsAdmin();
    const broken = new Promise((resolve) => session.once('end', resolve));

    await server.kill();

    await broken;
    expect(server.isRunning).toBe(false);
    await expect(server.connectAsAdmin()).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    await server.start();

    expect(server.port).toBe(port);
    await expect(asMaster(server, (client) => valueOf(client, 'select id from t'))).resolves.toBe(1);
  });

  it('applies new parameters to new sessions at once and names those that wait for a restart', async () => {
    const server = await engine.create(ordersServer());

    await expect(server.setParameters({ work_mem: '7MB', max_connections: '33', 'rds.logical_replication': '1' })).resolves.toEqual({
      pendingRestart: ['max_connections', 'rds.logical_replication'],
    });

    const show = (name: string) => asMaster(server, (client) => valueOf(client, `show ${name}`));
    expect([await show('work_mem'), await show('max_connections'), await show('wal_level')]).toEqual(['7MB', '40', 'replica']);
    await server.restart();
    expect([await show('work_mem'), await show('max_connections'), await show('wal_level')]).toEqual(['7MB', '33', 'logical']);
  });

  it('takes parameters and host names while it is stopped', async () => {
    const server = await engine.create(ordersServer());
    await server.setParameters({ work_mem: '7MB' });
    await server.stop();

    await expect(server.setParameters({ work_mem: '9MB' })).resolves.toEqual({ pendingRestart: [] });
    await server.setHostnames(['renamed.test']);
    await server.start();

    await expect(asMaster(server, (client) => valueOf(client, 'show work_mem'), { ssl: { ca: authority.certificatePem, servername: 'renamed.test' } })).resolves.toBe('9MB');
  });

  it('changes no parameter when one of them is refused', async () => {
    const server = await engine.create(ordersServer());

    await expect(server.setParameters({ work_mem: '7MB', max_connections: 'many' })).rejects.toThrow('invalid value for parameter "max_connections"');

    await server.restart();
    await expect(asMaster(server, (client) => valueOf(client, 'show work_mem'))).resolves.toBe('4MB');
  });

  it('is gone with its files once it is removed', async () => {
    const server = await engine.create(ordersServer());

    await engine.remove(server);

    expect(server.isRunning).toBe(false);
    expect(existsSync(server.directory)).toBe(false);
  });

  it('never writes a password to its log, not even for a statement that fails', async () => {
    const server = await engine.create(ordersServer({ parameters: { log_statement: 'all', log_min_messages: 'debug1' } }));
    await server.setMasterPassword('second secret');
    await server.stop();
    await expect(server.setMasterPassword('third secret')).rejects.toThrow();

    const log = await server.log();

    expect(log).toContain('ALTER ROLE');
    expect(log).not.toMatch(/correct horse|second secret|third secret/);
  });
});

describe('PostgresEngine.close', () => {
  it('leaves nothing of a server that is being made', async () => {
    const { engine: leaving } = await openEngine();
    const making = leaving.create(ordersServer()).catch((error: unknown) => error);
    await eventually(() => existsSync(join(leaving.directory, 'template')));

    await leaving.close();

    expect(existsSync(leaving.directory)).toBe(false);
    expect(await making).toBeInstanceOf(Error);
    expect(existsSync(leaving.directory)).toBe(false);
  });
});
