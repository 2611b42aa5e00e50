import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { WriteRefused, type LedgerStatus } from '../../../../../lambda/warm-standby/application/ledger';
import { applicationServer } from '../../../../../lambda/warm-standby/application/server';

const STATUS: LedgerStatus = { region: 'us-west-2', epoch: 2, role: 'active' };

let server: Server;
let recorded: [number, string][];
let failure: Error | undefined;
beforeEach(async () => {
  recorded = [];
  failure = undefined;
  const record = async (number: number, payload: string) => {
    if (failure) throw failure;
    recorded.push([number, payload]);
    return STATUS;
  };
  server = applicationServer({ status: () => STATUS, record }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.close());

async function ask(method: string, path: string, body?: string) {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method, ...(body !== undefined && { body }) });
  return { status: response.status, body: (await response.json()) };
}

describe('the application', () => {
  it.each([
    ['/healthz', { status: 'ok' }],
    ['/status', STATUS],
  ])('answers at %s', async (path, body) => {
    await expect(ask('GET', path)).resolves.toEqual({ status: 200, body });
  });

  it('keeps connections for longer than a load balancer does', () => {
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
  });

  it('promises a transaction once it is written', async () => {
    await expect(ask('POST', '/transactions', '{"number": 7, "payload": "seven"}')).resolves.toEqual({ status: 201, body: { number: 7, region: 'us-west-2', epoch: 2 } });
    expect(recorded).toEqual([[7, 'seven']]);
  });

  it.each<[string, Error, string]>([
    ['another region may write', new WriteRefused('epoch 1 is fenced'), 'writes are refused here at present'],
    ['the database does not answer', new Error('connect ECONNREFUSED 10.60.0.5:5432 with password hunter2'), 'the database does not answer'],
  ])('promises nothing when %s, and says no more than that', async (_case, error, said) => {
    failure = error;

    await expect(ask('POST', '/transactions', '{"number": 7, "payload": "seven"}')).resolves.toEqual({ status: 503, body: { error: said } });
  });

  it.each(['', 'seven', '{"number": "7", "payload": "seven"}', '{"number": 7.5, "payload": "seven"}', '{"number": 9007199254740992, "payload": "seven"}', '{"number": 7}', '[7]', 'null'])('refuses %j', async (body) => {
    await expect(ask('POST', '/transactions', body)).resolves.toMatchObject({ status: 400 });
    expect(recorded).toEqual([]);
  });

  it.each([
    ['POST', '/status'],
    ['GET', '/transactions'],
    ['GET', '/'],
  ])('has nothing at %s %s', async (method, path) => {
    await expect(ask(method, path)).resolves.toMatchObject({ status: 404 });
  });
});
