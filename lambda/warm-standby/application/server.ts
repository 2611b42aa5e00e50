import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Ledger, WriteRefused } from './ledger';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Longer than load balancers keep a connection that nobody uses, or they would send a request into one that is being closed: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout */
const KEEP_ALIVE_MS = 75_000;

/** Answers over HTTP: `/healthz` and `/status` for those who watch, `POST /transactions` for clients. */
export function applicationServer(ledger: Pick<Ledger, 'status' | 'record'>): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer(ledger, request).then((result) => send(response, result));
  });
}

async function answer(ledger: Pick<Ledger, 'status' | 'record'>, request: IncomingMessage): Promise<Answer> {
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  // Without its database the program is not ill: a new one would find it no more than this one does.
  if (route === 'GET /healthz') return { status: 200, body: { status: 'ok' } };
  if (route === 'GET /status') return { status: 200, body: ledger.status() };
  if (route === 'POST /transactions') return record(ledger, await text(request));
  return { status: 404, body: { error: `there is no ${route}` } };
}

async function record(ledger: Pick<Ledger, 'record'>, body: string): Promise<Answer> {
  const transaction = parse(body);
  if (!transaction) return { status: 400, body: { error: 'expected {"number": a whole number, "payload": a text}' } };
  try {
    const { region, epoch } = await ledger.record(transaction.number, transaction.payload);
    return { status: 201, body: { number: transaction.number, region, epoch } };
  } catch (error) {
    // What went wrong is for the log; the client only has to know that nothing was promised.
    return { status: 503, body: { error: error instanceof WriteRefused ? 'writes are refused here at present' : 'the database does not answer' } };
  }
}

function parse(body: string): { readonly number: number; readonly payload: string } | undefined {
  try {
    const { number, payload } = JSON.parse(body) as { readonly number?: unknown; readonly payload?: unknown };
    return typeof number === 'number' && Number.isSafeInteger(number) && typeof payload === 'string' ? { number, payload } : undefined;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
