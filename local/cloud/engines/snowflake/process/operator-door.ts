import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { snowflakeErrorOf } from '../duck/duck-errors';
import type { WarehouseControl } from '../warehouse-control';

/** The methods of WarehouseControl that the door opens; stopping is left to the process itself. */
export const DOOR_METHODS = [
  'execute',
  'createUser',
  'corrupt',
  'statements',
  'statementLike',
  'counters',
  'addFault',
  'clearFaults',
  'expireSessions',
  'expireStageCredentials',
] as const;
export type DoorMethod = (typeof DOOR_METHODS)[number];

/** Lets another process use a warehouse's control over HTTP: `POST /<method>` with a JSON array of arguments. */
export class OperatorDoor {
  readonly token = randomBytes(24).toString('base64url');
  private readonly server: Server;

  constructor(private readonly control: WarehouseControl) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = DOOR_METHODS.find((name) => request.url === `/${name}`);
    if (request.headers.authorization !== `Bearer ${this.token}` || !method) return void response.writeHead(404).end();
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const args = JSON.parse(Buffer.concat(chunks).toString()) as unknown[];
      const call = this.control[method].bind(this.control) as (...args: unknown[]) => Promise<unknown>;
      response.end(JSON.stringify({ value: (await call(...args)) ?? null }));
    } catch (error) {
      const { code, sqlState, message } = snowflakeErrorOf(error);
      response.writeHead(400).end(JSON.stringify({ error: { code, sqlState, message } }));
    }
  }
}
