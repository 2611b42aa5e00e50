import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { ServerIdentity } from '../pki/certificate-authority';
import type { Answer } from './answer';
import { isJsonObject, type JsonObject } from './json-fields';
import { acceptListMethod, originalMethod } from './list-method';
import { badRequest, VaultError } from './vault-error';

export interface HttpRequest {
  readonly method: string;
  /** Behind `/v1/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly token: string | undefined;
  readonly namespace: string | undefined;
}

/** Serves a request; undefined stands for a reply that is lost. */
export type Serve = (request: HttpRequest) => Promise<Answer | undefined>;

const PREFIX = '/v1/';
const MERGE_PATCH = 'application/merge-patch+json';
/** As the real one's default, `max_request_size`. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** An HTTPS server on a port of 127.0.0.1 that the system chooses, with the headers and error bodies of Vault. */
export class VaultServer {
  private readonly sockets = new Set<TLSSocket>();

  private constructor(private readonly listener: TlsServer) {}

  static async start(identity: ServerIdentity, serve: Serve): Promise<VaultServer> {
    const http = createHttpServer((request, response) => {
      respond(request, response, serve).catch(() => request.socket.destroy());
    });
    const listener = createTlsServer({ ...identity, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] });
    const server = new VaultServer(listener);
    listener.on('secureConnection', (socket) => {
      server.sockets.add(socket);
      socket.once('close', () => server.sockets.delete(socket));
      socket.on('error', () => undefined);
      http.emit('connection', acceptListMethod(socket));
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return server;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Breaks all connections and stops listening. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
    await once(this.listener, 'close');
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, serve: Serve): Promise<void> {
  const namespace = headerOf(request, 'x-vault-namespace');
  if (namespace !== undefined) response.setHeader('X-Vault-Namespace', namespace);
  const answer = await answerTo(request, serve, namespace);
  if (!answer) {
    request.socket.destroy();
    return;
  }
  response.statusCode = answer.status;
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  if (!answer.body) return void response.end();
  response.setHeader('Content-Type', 'application/json');
  response.end(`${JSON.stringify(answer.body)}\n`);
}

async function answerTo(request: IncomingMessage, serve: Serve, namespace: string | undefined): Promise<Answer | undefined> {
  try {
    const url = new URL(request.url ?? '/', 'https://vault');
    const method = originalMethod(request.method);
    if (!url.pathname.startsWith(PREFIX)) throw new VaultError(404, []);
    return await serve({
      method,
      path: decodeURIComponent(url.pathname.slice(PREFIX.length)),
      query: url.searchParams,
      body: await readBody(request),
      token: headerOf(request, 'x-vault-token') ?? /^Bearer (.+)$/.exec(headerOf(request, 'authorization') ?? '')?.[1],
      namespace,
    });
  } catch (error) {
    const { status, errors } = error instanceof VaultError ? error : new VaultError(500, [`internal error: ${(error as Error).message}`]);
    return { status, body: { errors } };
  }
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new VaultError(413, ['http: request body too large']);
    chunks.push(chunk);
  }
  const contentType = headerOf(request, 'content-type');
  if (request.method === 'PATCH' && contentType?.split(';')[0] !== MERGE_PATCH) {
    throw new VaultError(415, [`PATCH requires Content-Type of ${MERGE_PATCH}, provided ${contentType ?? ''}`]);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : parseBody(text);
}

function parseBody(text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw badRequest('error parsing JSON');
  }
  if (!isJsonObject(parsed)) throw badRequest('error parsing JSON');
  return parsed;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
