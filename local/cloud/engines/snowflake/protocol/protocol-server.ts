import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate } from '../auth/authenticate';
import { loginFailure, readLoginRequest } from '../auth/login-request';
import type { CallSts } from '../auth/workload-identity';
import type { Catalog } from '../catalog/catalog';
import type { Session } from '../catalog/session';
import { snowflakeErrorOf } from '../duck/duck-errors';
import type { FaultEffect, FaultPoint, Faults } from '../faults';
import { SnowflakeError } from '../snowflake-error';
import type { StageDoor } from '../stages/stage-door';
import type { QueryRunner, StartedQuery } from './query-runner';
import { failure, inProgress, parameterList, type Reply, rowsReply, success, transferReply } from './replies';
import { bearerToken, type Json, readJson, readQueryRequest } from './request-body';
import { ResultChunks } from './result-chunks';
import type { SessionStore, TokenLifetimes } from './session-store';

export interface ProtocolParts {
  readonly catalog: Catalog;
  readonly sessions: SessionStore;
  readonly queries: QueryRunner;
  readonly faults: Faults;
  readonly lifetimes: TokenLifetimes;
  readonly callSts: CallSts | undefined;
  /** Absent when the stages' files lie in an S3 of somebody else. */
  readonly stageDoor: StageDoor | undefined;
  readonly refreshTime: (() => Promise<void>) | undefined;
  /** After so long a statement is answered with "in progress". */
  readonly inProgressAfterMs: number;
  readonly onFault: (effect: FaultEffect, session: Session | undefined) => void;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

/** Requests that were answered, by endpoint. */
export interface RequestCounts {
  requests: number;
  logins: number;
  queries: number;
  stageRequests: number;
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** The HTTP side of the warehouse: the endpoints that the driver calls (snowflake-sdk 3.3.0, services/sf.js), on 127.0.0.1. */
export class ProtocolServer {
  readonly counts: RequestCounts = { requests: 0, logins: 0, queries: 0, stageRequests: 0 };
  private readonly chunks = new ResultChunks();
  private readonly server: Server;

  constructor(private readonly parts: ProtocolParts) {
    const listener = (request: IncomingMessage, response: ServerResponse) => void this.handle(request, response);
    this.server = parts.tls ? createHttpsServer({ ...parts.tls }, listener) : createHttpServer(listener);
    this.server.keepAliveTimeout = 30_000;
  }

  /** Listens on a port that the system chooses and returns the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `${this.parts.tls ? 'https' : 'http'}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.counts.requests += 1;
    const url = new URL(request.url ?? '/', `${this.parts.tls ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`);
    try {
      await this.parts.refreshTime?.();
      const stageKey = this.parts.stageDoor?.keyOf(request);
      if (stageKey !== undefined) return await this.stage(request, response, stageKey);
      await this.route(url.pathname)(request, response, url);
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy();
      else send(response, failure(snowflakeErrorOf(error)));
    }
  }

  private route(path: string): Route {
    if (path === '/session/v1/login-request') return (request, response, url) => this.login(request, response, url);
    if (path === '/session/token-request') return (request, response) => this.renew(request, response);
    if (path === '/session/heartbeat') return (request, response) => this.heartbeat(request, response);
    if (path === '/session') return (request, response, url) => this.closeSession(request, response, url);
    if (path === '/queries/v1/query-request') return (request, response, url) => this.query(request, response, url);
    if (path === '/queries/v1/abort-request') return (request, response) => this.abortRequest(request, response);
    if (path === '/telemetry/send') return (request, response) => this.telemetry(request, response);
    if (path.startsWith('/results/')) return (_request, response) => this.chunk(response, path);
    if (path.startsWith('/monitoring/queries/')) return (request, response) => this.monitor(request, response, path.split('/')[3] ?? '');
    const [, area, queryId = '', action] = path.split('/');
    if (area === 'queries' && action === 'result') return (request, response, url) => this.result(request, response, url, queryId);
    if (area === 'queries' && action === 'abort-request') return (request, response) => this.abortQuery(request, response, queryId);
    return async (_request, response) =>
      send(response, { success: false, code: '390404', message: `no such endpoint: ${path}`, data: null }, 404);
  }

  private async stage(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    this.counts.stageRequests += 1;
    const struck = this.parts.faults.strike('stage', `${request.method ?? ''} ${key}`);
    if (struck && (await this.strike(struck, response, undefined))) return void request.resume();
    await this.parts.stageDoor?.handle(request, response, key);
  }

  private async login(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { catalog, sessions, lifetimes, callSts } = this.parts;
    const body = await readJson(request);
    this.counts.logins += 1;
    const login = readLoginRequest((body.data ?? {}) as Json);
    if (await this.struck('login', login.loginName, response)) return;
    // Tokens that clients sign carry the machine's time, not the cloud's.
    const user = await authenticate(login, catalog, callSts, Date.now());
    const wish = (name: string) => url.searchParams.get(name) ?? undefined;
    const { session, tokens } = await sessions.open(user, {
      role: wish('roleName'),
      warehouse: wish('warehouse'),
      database: wish('databaseName'),
      schema: wish('schemaName'),
    });
    for (const [name, value] of Object.entries(login.sessionParameters))
      if (name in session.parameters()) session.setParameter(name, String(value));
    send(
      response,
      success({
        token: tokens.token,
        masterToken: tokens.masterToken,
        validityInSeconds: lifetimes.sessionSeconds,
        masterValidityInSeconds: lifetimes.masterSeconds,
        displayUserName: user.name,
        serverVersion: '9.0.0-local',
        sessionId: Number(session.id),
        parameters: parameterList(session),
        sessionInfo: {
          databaseName: session.database ?? null,
          schemaName: session.schema ?? null,
          warehouseName: session.warehouse ?? null,
          roleName: session.role,
        },
      }),
    );
  }

  private async renew(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await readJson(request);
    if (await this.struck('renew', '', response)) return;
    const { session, tokens } = this.parts.sessions.renew(bearerToken(request));
    const { sessionSeconds, masterSeconds } = this.parts.lifetimes;
    send(
      response,
      success({
        sessionToken: tokens.token,
        masterToken: tokens.masterToken,
        validityInSecondsST: sessionSeconds,
        validityInSecondsMT: masterSeconds,
        sessionId: Number(session.id),
      }),
    );
  }

  private async heartbeat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await readJson(request);
    this.parts.sessions.find(bearerToken(request));
    send(response, success(null));
  }

  private async closeSession(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    await readJson(request);
    const session = this.parts.sessions.find(bearerToken(request));
    if (url.searchParams.get('delete') === 'true') await this.parts.sessions.close(session);
    send(response, success(null));
  }

  private async telemetry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await readJson(request);
    send(response, success('Log Received'));
  }

  private async query(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const body = await readJson(request);
    const session = this.parts.sessions.find(bearerToken(request));
    this.counts.queries += 1;
    const asked = readQueryRequest(body, url.searchParams.get('requestId') ?? '');
    const struck = this.parts.faults.strike('query', asked.sqlText);
    if (struck && (await this.strike(struck, response, session))) return;
    const started = this.parts.queries.start(session, asked);
    if (struck?.kind === 'loseReply') {
      await started.outcome;
      return void response.destroy();
    }
    if (body.asyncExec === true) return send(response, inProgress(started.queryId, '333334'));
    await this.answerWhenDone(response, started, url, '333334');
  }

  private async result(request: IncomingMessage, response: ServerResponse, url: URL, queryId: string): Promise<void> {
    const session = this.parts.sessions.find(bearerToken(request));
    if (await this.struck('result', queryId, response)) return;
    const started = this.parts.queries.find(queryId);
    if (started?.session.user !== session.user) throw new SnowflakeError('000709', '02000', `Statement ${queryId} not found`);
    await this.answerWhenDone(response, started, url, '333333');
  }

  private async answerWhenDone(
    response: ServerResponse,
    started: StartedQuery,
    url: URL,
    progressCode: '333333' | '333334',
  ): Promise<void> {
    const patience = new AbortController();
    const settled = await Promise.race([
      started.outcome,
      sleep(this.parts.inProgressAfterMs, undefined, { signal: patience.signal, ref: false }).catch(() => undefined),
    ]);
    patience.abort();
    if (!settled) return send(response, inProgress(started.queryId, progressCode));
    if (settled instanceof SnowflakeError) return send(response, failure(settled, started.queryId));
    if (settled.kind === 'transfer') return send(response, transferReply(settled, started.session, started.queryId));
    const { inline, chunks } = this.chunks.split(started.queryId, settled, url.origin);
    send(response, rowsReply(settled, started.session, started.queryId, inline, chunks));
  }

  private async chunk(response: ServerResponse, path: string): Promise<void> {
    const body = this.chunks.body(path);
    if (!body) return void response.writeHead(404).end();
    // Not application/json: the driver would parse it, and the rows have no brackets around them.
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' }).end(body);
  }

  private async monitor(request: IncomingMessage, response: ServerResponse, queryId: string): Promise<void> {
    this.parts.sessions.find(bearerToken(request));
    const started = this.parts.queries.find(queryId);
    const status = !started?.settled ? 'RUNNING' : started.settled instanceof SnowflakeError ? 'FAILED_WITH_ERROR' : 'SUCCESS';
    send(response, success({ queries: started ? [{ id: queryId, status }] : [] }));
  }

  private async abortRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const session = this.parts.sessions.find(bearerToken(request));
    const started = this.parts.queries.findRequest(session, String(body.requestId));
    if (started) this.parts.queries.cancel(started);
    send(response, success(null));
  }

  private async abortQuery(request: IncomingMessage, response: ServerResponse, queryId: string): Promise<void> {
    await readJson(request);
    const session = this.parts.sessions.find(bearerToken(request));
    const started = this.parts.queries.find(queryId);
    if (started?.session === session) this.parts.queries.cancel(started);
    send(response, success(null));
  }

  private async struck(point: FaultPoint, text: string, response: ServerResponse): Promise<boolean> {
    const effect = this.parts.faults.strike(point, text);
    return effect !== undefined && (await this.strike(effect, response, undefined));
  }

  /** Does what a fault says; true when that was the answer. */
  private async strike(effect: FaultEffect, response: ServerResponse, session: Session | undefined): Promise<boolean> {
    switch (effect.kind) {
      case 'status':
        response.writeHead(effect.status, { 'content-type': 'text/plain' }).end('struck by a fault');
        return true;
      case 'hang':
        await sleep(effect.delayMs, undefined, { ref: false });
        response.destroy();
        return true;
      case 'slow':
        await sleep(effect.delayMs, undefined, { ref: false });
        return false;
      case 'code':
        send(response, failure(loginFailure(effect.code, effect.message)));
        return true;
      case 'loseReply':
        return false;
      case 'expireStageCredentials':
      case 'suspendWarehouse':
        this.parts.onFault(effect, session);
        return false;
    }
  }
}

function send(response: ServerResponse, reply: Reply, status = 200): void {
  const body = Buffer.from(JSON.stringify(reply));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
