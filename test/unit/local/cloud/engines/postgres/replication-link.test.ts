import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ReplicationLink } from '../../../../../../local/cloud/engines/postgres/replication-link';
import { eventually } from './fixtures';

describe('ReplicationLink', () => {
  let target: Server;
  let link: ReplicationLink;
  let accepted: Socket[];
  let clients: Socket[];

  beforeEach(async () => {
    [accepted, clients] = [[], []];
    target = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    link = await ReplicationLink.open((target.address() as AddressInfo).port);
  });

  afterEach(async () => {
    await link.close();
    for (const socket of [...accepted, ...clients]) socket.destroy();
    target.close();
  });

  function dial(port = link.port): { readonly socket: Socket; readonly received: () => string } {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    clients.push(socket);
    return { socket, received: () => text };
  }

  it('carries bytes both ways and counts them', async () => {
    const { socket, received } = dial();

    socket.write('ping');

    await eventually(() => received() === 'ping');
    expect(link.bytesDelivered).toBe(8);
  });

  it('holds each byte back by its delay, once in each direction', async () => {
    link.shape({ delayMs: 40 });
    const { socket, received } = dial();
    await once(socket, 'connect');
    const startedAtMs = performance.now();

    socket.write('ping');

    await eventually(() => received() === 'ping');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(79);
  });

  it('lets no more pass than its limit allows', async () => {
    link.shape({ bytesPerSecond: 200_000 });
    const { socket, received } = dial();
    await once(socket, 'connect');
    const startedAtMs = performance.now();

    socket.write('x'.repeat(20_000));

    await eventually(() => received().length === 20_000);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(99);
  });

  it('delivers in order and completely more than it holds at a time', async () => {
    link.shape({ delayMs: 5 });
    const { socket, received } = dial();
    const text = Array.from({ length: 400_000 }, (_, index) => `${index} `).join('');

    socket.write(text);

    await eventually(() => received().length === text.length);
    expect(received()).toBe(text);
  });

  it('lets nothing pass while it is cut, and everything once it is healed', async () => {
    const { socket, received } = dial();
    socket.write('before ');
    await eventually(() => received() === 'before ');
    const deliveredBeforeTheCut = link.bytesDelivered;

    link.cut();
    socket.write('during ');
    const { socket: late, received: receivedLate } = dial();
    late.write('late');
    await once(late, 'connect');
    await new Promise((resolve) => setImmediate(resolve));

    expect(link.isCut).toBe(true);
    expect(link.bytesDelivered).toBe(deliveredBeforeTheCut);
    expect(late.destroyed).toBe(false);

    link.heal();

    await eventually(() => received() === 'before during ' && receivedLate() === 'late');
  });

  it('holds back what is under way when it is cut', async () => {
    const control = await ReplicationLink.open((target.address() as AddressInfo).port);
    for (const each of [link, control]) each.shape({ delayMs: 60 });
    const { socket, received } = dial();
    const { socket: other, received: receivedOther } = dial(control.port);
    await Promise.all([once(socket, 'connect'), once(other, 'connect')]);
    await eventually(() => accepted.length === 2);

    socket.write('ping');
    await eventually(() => link.bytesUnderWay === 4);
    link.cut();
    other.write('ping');

    await eventually(() => receivedOther() === 'ping');
    expect(link.bytesDelivered).toBe(0);
    link.heal();
    await eventually(() => received() === 'ping');
    await control.close();
  });

  it('keeps the end of one side from the other until it is healed', async () => {
    const { socket, received } = dial();
    socket.write('x');
    await eventually(() => received() === 'x');
    const far = accepted[0]!;

    link.cut();
    socket.destroy();
    await once(socket, 'close');
    expect(far.destroyed).toBe(false);

    link.heal();
    await eventually(() => far.destroyed || far.readableEnded);
  });

  test.each([
    [{ delayMs: -1 }, 'delayMs -1 must be 0 or more'],
    [{ bytesPerSecond: 0 }, 'bytesPerSecond 0 must be more than 0'],
  ])('fails on the conditions %j', (conditions, message) => {
    expect(() => link.shape(conditions)).toThrow(message);
  });
});
