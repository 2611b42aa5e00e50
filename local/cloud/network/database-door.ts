import net, { type AddressInfo, type Socket } from 'node:net';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: length 8 and the code that asks for TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const WILLING = 'S';

/**
 * One port for all databases of the cloud: for psql and other tools on this machine, which have no part in its network.
 *
 * It reads the server's name from the client's TLS hello and leads there. TLS is between client and database; clients
 * without TLS, or without the name in it (libpq before 14), are not served.
 */
export class DatabaseDoor {
  private constructor(
    private readonly server: net.Server,
    readonly port: number,
  ) {}

  /** Opens the door. `localPortOf` knows where the database of a name listens. */
  static async open(localPortOf: (name: string) => number | undefined): Promise<DatabaseDoor> {
    const server = net.createServer((client) => serve(client, localPortOf));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DatabaseDoor(server, (server.address() as AddressInfo).port);
  }

  close(): void {
    this.server.close();
  }
}

function serve(client: Socket, localPortOf: (name: string) => number | undefined): void {
  client.on('error', () => client.destroy());
  client.once('data', (request) => {
    if (!request.equals(SSL_REQUEST)) {
      client.destroy();
      return;
    }
    client.write(WILLING);
    client.once('data', (hello) => {
      const name = serverNameIn(hello);
      const port = name === undefined ? undefined : localPortOf(name.toLowerCase());
      if (port === undefined) client.destroy();
      else lead(client, hello, port);
    });
  });
}

function lead(client: Socket, hello: Buffer, port: number): void {
  client.pause();
  const database = net.connect(port, '127.0.0.1', () => database.write(SSL_REQUEST));
  database.on('error', () => client.destroy());
  database.once('data', () => {
    database.write(hello);
    database.pipe(client).pipe(database);
    client.resume();
  });
  client.once('close', () => database.destroy());
  database.once('close', () => client.destroy());
}

/** The `server_name` extension of a TLS ClientHello: RFC 8446 4.1.2, RFC 6066 3. */
export function serverNameIn(hello: Buffer): string | undefined {
  const RECORD_HEADER = 5;
  const HANDSHAKE_HEADER = 4;
  const VERSION_AND_RANDOM = 34;
  let at = RECORD_HEADER + HANDSHAKE_HEADER + VERSION_AND_RANDOM;
  at += 1 + (hello[at] ?? 0);
  if (at + 2 > hello.length) return undefined;
  at += 2 + hello.readUInt16BE(at);
  at += 1 + (hello[at] ?? 0);
  if (at + 2 > hello.length) return undefined;
  const end = Math.min(hello.length, at + 2 + hello.readUInt16BE(at));
  at += 2;
  while (at + 4 <= end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    const LIST_LENGTH_AND_TYPE = 3;
    if (type === 0) {
      const start = at + 4 + LIST_LENGTH_AND_TYPE + 2;
      return hello.toString('latin1', start, start + hello.readUInt16BE(at + 4 + LIST_LENGTH_AND_TYPE));
    }
    at += 4 + length;
  }
  return undefined;
}
