import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decodeAwsChunks } from './aws-chunked';
import type { ObjectMetadata, ObjectStore, StageCredentials } from './object-store';

interface Issued {
  readonly prefix: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
}

export interface StageDoorOptions {
  readonly objects: ObjectStore;
  readonly bucket: string;
  readonly nowMs: () => number;
  readonly lifetimeSeconds: number;
}

/**
 * The S3 API as far as the driver uses it: path or virtual-hosted style, PUT (aws-chunked too), GET, HEAD and the
 * question for acceleration. Every request needs credentials that were issued here, for a key below their prefix;
 * signatures are not computed.
 */
export class StageDoor {
  private readonly issued = new Map<string, Issued>();

  constructor(private readonly options: StageDoorOptions) {}

  /** New credentials that open the keys below a prefix until they expire. */
  issue(prefix: string): StageCredentials {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const sessionToken = randomBytes(48).toString('base64');
    this.issued.set(accessKeyId, { prefix, sessionToken, expiresAtMs: this.options.nowMs() + this.options.lifetimeSeconds * 1000 });
    return { accessKeyId, secretAccessKey: randomBytes(20).toString('hex'), sessionToken };
  }

  /** Makes all credentials issued so far expire. */
  expireAll(): void {
    for (const [key, issued] of this.issued) this.issued.set(key, { ...issued, expiresAtMs: 0 });
  }

  /** The object key of a request to this bucket, or undefined when the request is not for it. */
  keyOf(request: IncomingMessage): string | undefined {
    const { pathname } = new URL(request.url ?? '/', 'http://stage');
    const decoded = decodeURIComponent(pathname);
    if (request.headers.host?.startsWith(`${this.options.bucket}.`)) return decoded.slice(1);
    const prefix = `/${this.options.bucket}/`;
    if (decoded === `/${this.options.bucket}`) return '';
    return decoded.startsWith(prefix) ? decoded.slice(prefix.length) : undefined;
  }

  async handle(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const refusal = this.refusal(request, key);
    if (refusal) {
      request.resume();
      return answerError(request, response, ...refusal);
    }
    if (new URL(request.url ?? '/', 'http://stage').searchParams.has('accelerate')) {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end('<AccelerateConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>');
    } else if (request.method === 'PUT') await this.put(request, response, key);
    else if (request.method === 'GET' || request.method === 'HEAD') await this.get(request, response, key);
    else answerError(request, response, 501, 'NotImplemented');
  }

  private refusal(request: IncomingMessage, key: string): [number, string] | undefined {
    const accessKeyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
    const issued = accessKeyId === undefined ? undefined : this.issued.get(accessKeyId);
    if (!issued) return [403, 'InvalidAccessKeyId'];
    if (request.headers['x-amz-security-token'] !== issued.sessionToken) return [400, 'InvalidToken'];
    if (issued.expiresAtMs <= this.options.nowMs()) return [400, 'ExpiredToken'];
    return key !== '' && !key.startsWith(issued.prefix) ? [403, 'AccessDenied'] : undefined;
  }

  private async put(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const chunked =
      request.headers['content-encoding']?.includes('aws-chunked') ??
      String(request.headers['x-amz-content-sha256']).startsWith('STREAMING');
    const body = chunked ? Readable.from(decodeAwsChunks(request)) : request;
    const { etag } = await this.options.objects.put(key, body, metadataOf(request));
    response.writeHead(200, { etag: `"${etag}"` });
    response.end();
  }

  private async get(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const head = await this.options.objects.head(key);
    if (!head) return answerError(request, response, 404, 'NoSuchKey');
    const metadata = Object.fromEntries(Object.entries(head.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
    response.writeHead(200, {
      'content-length': head.size,
      etag: `"${head.etag}"`,
      'last-modified': head.lastModified.toUTCString(),
      ...metadata,
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(await this.options.objects.get(key), response);
  }
}

function metadataOf(request: IncomingMessage): ObjectMetadata {
  const prefix = 'x-amz-meta-';
  const entries = Object.entries(request.headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), String(value)]));
}

function answerError(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    request.method === 'HEAD' ? undefined : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  );
}
