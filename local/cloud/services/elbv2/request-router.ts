import { randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Fabric } from '../../network/fabric';
import { ELB_DURATIONS } from './life-cycle';
import type { Listener } from './load-balancing';
import type { RequestMetrics } from './request-metrics';
import { redirectLocation } from './redirect-location';
import { meets } from './rule-matching';
import type { Choice, TargetChoice } from './target-choice';
import { nodeSource } from './target-health';

export interface RouterPorts {
  readonly cloud: CloudContext;
  readonly fabric: Fabric;
  readonly metrics: RequestMetrics;
  readonly targets: TargetChoice;
}

/** Headers that are about one connection and are not passed on. https://www.rfc-editor.org/rfc/rfc9110#name-connection */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** What the load balancer itself says when it cannot have an answer. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const OWN_ANSWERS = { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' } as const;
type OwnStatus = keyof typeof OWN_ANSWERS;

/** Brings every request to where the rules of its listener say. */
export class RequestRouter {
  constructor(private readonly ports: RouterPorts) {}

  async handle(listener: Listener, request: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.ports.metrics.count(listener, 'RequestCount');
    if (listener.attributes.get('routing.http.response.server.enabled') !== 'false') answer.setHeader('server', 'awselb/2.0');
    const rule = [...listener.rules.values()].sort((a, b) => a.priority - b.priority).find(({ conditions }) => meets(conditions, request));
    const action = (rule?.actions ?? listener.defaultActions).find(({ Type }) => Type === 'forward' || Type === 'fixed-response' || Type === 'redirect');
    switch (action?.Type) {
      case 'fixed-response':
        return this.respond(listener, action, answer);
      case 'redirect':
        return this.redirect(listener, action, request, answer);
      default:
        return this.forward(listener, action, request, answer);
    }
  }

  private respond(listener: Listener, { FixedResponseConfig }: Action, answer: ServerResponse): void {
    const { StatusCode = '200', ContentType = 'text/plain', MessageBody = '' } = FixedResponseConfig ?? {};
    this.ports.metrics.count(listener, 'HTTP_Fixed_Response_Count');
    answer.writeHead(Number(StatusCode), { 'content-type': ContentType }).end(MessageBody);
  }

  private redirect(listener: Listener, action: Action, request: IncomingMessage, answer: ServerResponse): void {
    this.ports.metrics.count(listener, 'HTTP_Redirect_Count');
    answer.writeHead(action.RedirectConfig?.StatusCode === 'HTTP_301' ? 301 : 302, { location: redirectLocation(action.RedirectConfig, listener, request) }).end();
  }

  private async forward(listener: Listener, action: Action | undefined, request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const choice = action && this.ports.targets.next(listener.loadBalancer, action);
    const source = choice && nodeSource(listener.loadBalancer, choice.target);
    if (!source) return this.fail(listener, answer, 503);
    const { target, group } = choice;
    this.ports.metrics.countForTarget(listener, group, 'RequestCountPerTarget');
    let sever: () => void = () => undefined;
    const { verdict, close } = await this.ports.fabric.connect(source, target.id, target.port, () => sever());
    try {
      if (verdict.kind === 'drop') await this.ports.cloud.clock.sleep(ELB_DURATIONS.connectTimeoutMs);
      if (verdict.kind !== 'open') return this.fail(listener, answer, verdict.kind === 'drop' ? 504 : 502);
      await this.pass(listener, choice, verdict.localPort, request, answer, (end) => (sever = end));
    } finally {
      close();
    }
  }

  private async pass(listener: Listener, { group }: Choice, localPort: number, request: IncomingMessage, answer: ServerResponse, onConnected: (sever: () => void) => void): Promise<void> {
    const { clock } = this.ports.cloud;
    const startedMs = clock.nowMs();
    const timeout = new AbortController();
    const idle = clock.after(Number(listener.loadBalancer.attributes.get('idle_timeout.timeout_seconds')) * 1000, () => timeout.abort());
    await new Promise<void>((resolve) => {
      const client = group.protocol === 'HTTPS' ? https : http;
      const sent = client.request(
        { host: '127.0.0.1', port: localPort, method: request.method, path: request.url, headers: forwardedHeaders(listener, request), agent: false, signal: timeout.signal, ...(group.protocol === 'HTTPS' && { rejectUnauthorized: false }) },
        (received) => {
          this.ports.metrics.answered(listener, group, received.statusCode ?? 502, (clock.nowMs() - startedMs) / 1000);
          answer.writeHead(received.statusCode ?? 502, withoutHopByHop(received.headers));
          received.pipe(answer);
        },
      );
      onConnected(() => timeout.abort());
      sent.on('error', () => {
        if (answer.headersSent) answer.destroy();
        else this.fail(listener, answer, timeout.signal.aborted ? 504 : 502);
      });
      const end = (): void => {
        sent.destroy();
        resolve();
      };
      if (answer.closed) return end();
      answer.once('close', end);
      request.pipe(sent);
    });
    idle.cancel();
  }

  private fail(listener: Listener, answer: ServerResponse, status: OwnStatus): void {
    this.ports.metrics.count(listener, 'HTTPCode_ELB_5XX_Count');
    this.ports.metrics.count(listener, `HTTPCode_ELB_${status}_Count`);
    const title = `${status} ${OWN_ANSWERS[status]}`;
    answer.writeHead(status, { 'content-type': 'text/html' }).end(`<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`);
  }
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html; the client's address is this machine's, whoever asks. */
function forwardedHeaders({ port, protocol }: Listener, { headers, socket }: IncomingMessage): OutgoingHttpHeaders {
  const before = headers['x-forwarded-for'];
  const client = socket.remoteAddress ?? '';
  return {
    ...withoutHopByHop(headers),
    'x-forwarded-for': before === undefined ? client : `${[before].flat().join(', ')}, ${client}`,
    'x-forwarded-proto': protocol.toLowerCase(),
    'x-forwarded-port': String(port),
    'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
  };
}

function withoutHopByHop(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
