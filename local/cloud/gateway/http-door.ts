import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateAuthority } from '../engines/pki/certificate-authority';
import { AwsError } from './aws-error';
import type { CloudClock } from './clock';
import type { CredentialStore } from './credentials';
import { NoAnswer, ReplyLost, type Dispatcher } from './dispatcher';
import type { EndpointPassage } from './service';
import { readSignature, verifySignature } from './signature';
import { decodeAwsChunked } from './wire/aws-chunked';
import { decodeRequest, encodeError, encodeOutput } from './wire/codec';
import type { HttpRequest, HttpResponse } from './wire/http-message';
import { addressS3 } from './wire/s3-addressing';
import type { ServiceModel } from './wire/service-model';

export interface HttpDoorPorts {
  readonly clock: CloudClock;
  readonly dispatcher: Dispatcher;
  readonly credentials: CredentialStore;
  readonly certificates: CertificateAuthority;
  /** Told of defects of the cloud itself: an answer that breaks a model, an exception nobody foresaw. */
  readonly onDefect: (error: Error, request: string) => void;
}

/** A door to the cloud for everything that speaks HTTP: SDKs, the AWS CLI, functions. */
export class HttpDoor {
  private constructor(
    private readonly server: http.Server,
    /** The port on 127.0.0.1. */
    readonly port: number,
  ) {}

  static async openPlain(ports: HttpDoorPorts): Promise<HttpDoor> {
    return HttpDoor.listen(http.createServer(listenerOf(ports, () => undefined)));
  }

  /**
   * Opens a door with TLS, which shows a certificate for whatever name the client asks for.
   *
   * `passage` says, for each request, through which VPC endpoint one comes to this door.
   */
  static async openSecure(ports: HttpDoorPorts, passage: () => EndpointPassage | undefined = () => undefined): Promise<HttpDoor> {
    const fallback = await ports.certificates.issue('*.amazonaws.com');
    const contexts = new Map<string, Promise<SecureContext>>();
    const contextOf = (name: string) => {
      const known = contexts.get(name) ?? ports.certificates.issue(name).then((identity) => createSecureContext(identity));
      contexts.set(name, known);
      return known;
    };
    const SNICallback = (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
      contextOf(name).then((context) => done(null, context), (error: Error) => done(error));
    };
    return HttpDoor.listen(https.createServer({ ...fallback, SNICallback }, listenerOf(ports, passage)));
  }

  private static async listen(server: http.Server): Promise<HttpDoor> {
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HttpDoor(server, (server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

function listenerOf(ports: HttpDoorPorts, passage: () => EndpointPassage | undefined): http.RequestListener {
  return (incoming, outgoing) => {
    const endWork = ports.clock.beginWork();
    receive(incoming)
      .then((request) => answer(ports, request, passage()))
      .then((response) => {
        outgoing.sendDate = false;
        if (response === 'broken') outgoing.destroy();
        else if (response !== 'silence') send(outgoing, response, incoming.method === 'HEAD');
      })
      .catch((error: Error) => {
        ports.onDefect(error, `${incoming.method ?? ''} ${incoming.url ?? ''}`);
        outgoing.destroy();
      })
      .finally(endWork);
  };
}

/** What the caller gets: an answer, a connection that breaks, or nothing at all. */
async function answer(ports: HttpDoorPorts, received: HttpRequest, passage: EndpointPassage | undefined): Promise<HttpResponse | 'broken' | 'silence'> {
  const requestId = randomUUID();
  let model: ServiceModel | undefined;
  try {
    const claim = readSignature(received);
    model = ports.dispatcher.service(claim.service)?.model;
    const { principal, credentials } = ports.credentials.resolve(claim.accessKeyId, received.headers['x-amz-security-token']);
    // A person at the AWS CLI has the machine's clock, which the cloud's runs away from.
    const machineClock = principal.kind === 'root' ? [new Date()] : [];
    verifySignature(received, claim, credentials.secretAccessKey, [ports.clock.now(), ...machineClock]);
    if (!model) throw new AwsError('NotImplemented', `the local cloud has no service ${claim.service}`, { status: 501 });
    const request = model.name === 's3' ? addressS3(decodeAwsChunked(received)) : received;
    const { operation, input } = decodeRequest(model, request);
    const place = { account: principal.account, region: claim.region };
    const output = await ports.dispatcher.dispatch({ ...place, principal, service: model.name, operation: operation.name, input, requestId, passage });
    return encodeOutput(model, operation, output, requestId);
  } catch (error) {
    if (error instanceof ReplyLost) return 'broken';
    if (error instanceof NoAnswer) return 'silence';
    if (error instanceof AwsError) return withDateForResigning(encodeError(model, error, requestId), error, ports.clock.now());
    ports.onDefect(error as Error, `${received.method} ${received.path}`);
    return encodeError(model, new AwsError('InternalFailure', (error as Error).message, { status: 500 }), requestId);
  }
}

/**
 * SDKs whose clock differs learn the cloud's time from the date and sign again. Other answers go without a date: once an
 * SDK has corrected its clock, it takes every error that has one for a matter of time, and tries again.
 */
function withDateForResigning(response: HttpResponse, { code }: AwsError, now: Date): HttpResponse {
  return code === 'SignatureDoesNotMatch' ? { ...response, headers: { ...response.headers, date: now.toUTCString() } } : response;
}

async function receive(incoming: http.IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const target = incoming.url ?? '/';
  const [path = '/', query = ''] = target.split('?');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]));
  return { method: incoming.method ?? 'GET', target, path, query: new URLSearchParams(query), headers, body: Buffer.concat(chunks) };
}

function send(outgoing: http.ServerResponse, { status, headers, body }: HttpResponse, isHead: boolean): void {
  outgoing.writeHead(status, isHead ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  outgoing.end(isHead ? undefined : body);
}
