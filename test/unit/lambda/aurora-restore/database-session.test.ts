import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseUnreachable, WrongDatabase } from '../../../../lambda/aurora-restore/contract';
import { openSession, withSession } from '../../../../lambda/aurora-restore/database-session';
import { MASTER_PASSWORD, openEngine, ordersServer } from '../../local/cloud/engines/postgres/fixtures';
import { TestServer } from './database';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const details = (changes: object = {}) => ({ ...server.master, database: 'orders', ...changes });

describe('openSession', () => {
  test.each<[string, object]>([
    ['another password', { password: 'wrong' }],
    ['a user that is not there', { user: 'nobody' }],
    ['a database that is not there', { database: 'missing' }],
    ['a database that lets nobody in', { database: 'rdsadmin' }],
  ])('takes a server for the wrong one that answers to %s', async (_case, changes) => {
    await expect(server.open(details(changes))).rejects.toThrow(WrongDatabase);
    await expect(server.open(details(changes))).rejects.not.toThrow(MASTER_PASSWORD);
  });

  it('asks to be tried again when nobody answers', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));

    await expect(openSession(details({ host: '127.0.0.1', port }), 'test')).rejects.toThrow(DatabaseUnreachable);
  });

  it('asks to be tried again when the server has no room, or is going down', async () => {
    await server.run('orders', 'ALTER DATABASE orders CONNECTION LIMIT 0');
    await server.run('postgres', `CREATE ROLE ordinary LOGIN PASSWORD 'x-password-x'`);

    await expect(server.open(details({ user: 'ordinary', password: 'x-password-x' }))).rejects.toThrow(DatabaseUnreachable);
    await server.run('postgres', 'ALTER DATABASE orders CONNECTION LIMIT -1');
  });

  it('asks to be tried again when the connection is lost in the middle of work', async () => {
    const session = await server.open(details());
    const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
    const lost = expect(session.query('SELECT pg_sleep(60)')).rejects.toThrow(DatabaseUnreachable);
    await server.runAsSuperuser('postgres', `SELECT pg_terminate_backend(${String(rows[0]!['pid'])})`);

    await lost;
    await expect(session.query('SELECT 1')).rejects.toThrow(DatabaseUnreachable);
  });

  it('passes on what the server says of a statement, without the row that it quotes', async () => {
    const session = await server.open(details());
    await session.query('CREATE TEMPORARY TABLE people (email text NOT NULL, age int CHECK (age > 0))');

    const refused = await session.query(`INSERT INTO people VALUES ('person1@customers.example', -1)`).catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: '23514' });
    expect(JSON.stringify(refused)).not.toContain('customers.example');
    await session.end();
  });
});

describe('withSession', () => {
  it('closes the session, however the work ends', async () => {
    let closed = 0;
    const open = async () => ({ query: () => Promise.resolve({ rows: [] }), end: async () => void (closed += 1) });

    await expect(withSession(open, async () => 'done')).resolves.toBe('done');
    await expect(withSession(open, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(closed).toBe(2);
  });
});

describe('connect', () => {
  /** Tries to connect in a process of its own: Node reads the authorities that are trusted when it starts. */
  async function tryToConnect(port: number, host: string, trusted: string | undefined): Promise<string> {
    const root = join(__dirname, '../../../..');
    const script = `
      const { connect } = require('./lambda/common/postgres/connect');
      connect({ host: '${host}', port: ${port}, database: 'orders', user: 'master', password: '${MASTER_PASSWORD}' }, { applicationName: 'test', statementTimeoutMs: 1000 })
        .then(async (client) => {
          const { rows: [row] } = await client.query('SELECT ssl, version, application_name, setting FROM pg_stat_ssl JOIN pg_stat_activity USING (pid), pg_settings WHERE pid = pg_backend_pid() AND name = $$statement_timeout$$');
          console.log(JSON.stringify(row));
          await client.end();
        }, (error) => console.log(error.message));`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: trusted ?? '' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script], { cwd: root, env });
    return stdout.trim();
  }

  it('verifies who answers: the authority and the name', async () => {
    const { engine, authority } = await openEngine();
    try {
      const { port } = await engine.create(ordersServer({ hostnames: ['localhost'] }));
      const trusted = join(engine.directory, 'authority.pem');
      await writeFile(trusted, authority.certificatePem);

      const [verified, unknownAuthority, otherName] = await Promise.all([tryToConnect(port, 'localhost', trusted), tryToConnect(port, 'localhost', undefined), tryToConnect(port, '127.0.0.1', trusted)]);

      expect(JSON.parse(verified)).toEqual({ ssl: true, version: 'TLSv1.3', application_name: 'test', setting: '1000' });
      expect(unknownAuthority).toMatch(/certificate/);
      expect(otherName).toMatch(/does not match certificate/);
    } finally {
      await engine.close();
    }
  });

  it('gives up on a server that accepts the connection and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };

    await expect(openSession(details({ host: '127.0.0.1', port }), 'test')).rejects.toThrow(DatabaseUnreachable);

    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
