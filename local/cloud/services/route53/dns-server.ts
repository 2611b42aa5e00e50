import { createSocket, type Socket } from 'node:dgram';
import net, { type AddressInfo } from 'node:net';
import { encodeReply, parseQuery, type DnsQuery, type DnsReply } from './dns-message';

/** What a datagram holds without extensions. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1 */
const DATAGRAM_BYTES = 512;

/** Answers real DNS queries on a port of this machine, over UDP and TCP. */
export class DnsServer {
  private constructor(
    private readonly datagrams: Socket,
    private readonly streams: net.Server,
    readonly port: number,
  ) {}

  static async open(reply: (query: DnsQuery) => DnsReply): Promise<DnsServer> {
    const streams = net.createServer((connection) => serve(connection, reply));
    await new Promise<void>((resolve) => streams.listen(0, '127.0.0.1', resolve));
    const { port } = streams.address() as AddressInfo;
    const datagrams = createSocket('udp4');
    datagrams.on('message', (message, { address, port: from }) => {
      const query = parseQuery(message);
      if (query) datagrams.send(encodeReply(query, reply(query), DATAGRAM_BYTES), from, address);
    });
    await new Promise<void>((resolve, reject) => {
      datagrams.once('error', reject);
      datagrams.bind(port, '127.0.0.1', resolve);
    });
    return new DnsServer(datagrams, streams, port);
  }

  async close(): Promise<void> {
    await Promise.all([new Promise<void>((resolve) => this.datagrams.close(resolve)), new Promise((resolve) => this.streams.close(resolve))]);
  }
}

/** Over TCP every message has its length before it. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2 */
function serve(connection: net.Socket, reply: (query: DnsQuery) => DnsReply): void {
  let unread = Buffer.alloc(0);
  connection.on('error', () => connection.destroy());
  connection.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE(0)) {
      const length = unread.readUInt16BE(0);
      const query = parseQuery(unread.subarray(2, 2 + length));
      unread = unread.subarray(2 + length);
      if (!query) {
        connection.destroy();
        return;
      }
      const message = encodeReply(query, reply(query));
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(message.length);
      connection.write(Buffer.concat([prefix, message]));
    }
  });
}
