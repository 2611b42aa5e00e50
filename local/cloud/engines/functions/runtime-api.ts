import { randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RUNTIME_API_VERSION } from './runtime-protocol';

/** What a runtime is told about the next invocation. */
export interface NextEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An instance, as the Runtime API sees it. */
export interface RuntimeListener {
  /** The runtime is free. The returned promise may take as long as it likes. */
  next(): Promise<NextEvent>;
  /** Returns whether this invocation was still open. */
  finish(requestId: string, kind: 'response' | 'error', body: string): boolean;
  initialisationFailed(body: string): void;
}

/** `/<token>/2018-06-01/runtime/...` */
const ROUTE = new RegExp(`^/([\\w-]+)/${RUNTIME_API_VERSION}/runtime/(?:(invocation/next)|(init/error)|invocation/([\\w-]+)/(response|error))$`);

/** The Lambda Runtime API of all instances: each has an address of its own, which nobody can guess. */
export class RuntimeApi {
  private readonly listeners = new Map<string, RuntimeListener>();

  private constructor(private readonly server: http.Server) {}

  static async open(): Promise<RuntimeApi> {
    const server = http.createServer();
    const api = new RuntimeApi(server);
    // A runtime keeps one connection for its life, with minutes between two requests.
    Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
    server.on('request', (request, response) => void api.answer(request, response).catch(() => response.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    return api;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Returns the value of `AWS_LAMBDA_RUNTIME_API` for an instance, and how to take it back. */
  register(listener: RuntimeListener): { readonly address: string; readonly remove: () => void } {
    const token = randomBytes(16).toString('base64url');
    this.listeners.set(token, listener);
    return { address: `127.0.0.1:${this.port}/${token}`, remove: () => this.listeners.delete(token) };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token = '', next, initError, requestId = '', kind] = ROUTE.exec(request.url ?? '') ?? [];
    const listener = this.listeners.get(token);
    if (!listener) return send(response, 404, '{"errorType":"NotFound"}');
    if (next) {
      const { headers, body } = await listener.next();
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
      return;
    }
    const body = await readBody(request);
    if (initError) listener.initialisationFailed(body);
    else if (!listener.finish(requestId, kind as 'response' | 'error', body)) return send(response, 400, '{"errorType":"InvalidRequestID"}');
    send(response, 202, '{"status":"OK"}');
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
