import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './aws-error';
import { computedOnce } from './computed-once';
import type { HttpRequest } from './wire/http-message';

/** What a SigV4 `Authorization` header says. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;
const ALLOWED_SKEW_MS = 15 * 60_000;

export function readSignature({ headers }: HttpRequest): SignatureClaim {
  const match = AUTHORIZATION.exec(headers['authorization'] ?? '');
  if (!match) throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 });
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/**
 * Recomputes the signature with the secret key, so that a key which does not fit is refused as AWS refuses it.
 * The request must have been signed within 15 minutes of one of the clocks.
 */
export function verifySignature(request: HttpRequest, claim: SignatureClaim, secretAccessKey: string, clocks: readonly [Date, ...Date[]]): void {
  const sentAt = parseAmzDate(request.headers['x-amz-date'] ?? '');
  if (!sentAt || !clocks.some((now) => Math.abs(now.getTime() - sentAt.getTime()) <= ALLOWED_SKEW_MS)) {
    throw new AwsError('SignatureDoesNotMatch', `Signature expired or not yet current: ${request.headers['x-amz-date'] ?? 'no date'} against ${clocks[0].toISOString()}`, { status: 403 });
  }
  const expected = sign(request, claim, secretAccessKey);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      { status: 403 },
    );
  }
}

function sign(request: HttpRequest, claim: SignatureClaim, secretAccessKey: string): string {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonicalRequest(request, claim))].join('\n');
  return hmac(signingKey([secretAccessKey, claim.date, claim.region, claim.service].join('\n')), toSign).toString('hex');
}

/** Of a secret key, a date, a region and a service, a line each. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signing-key */
const signingKey = computedOnce((lines: string): Buffer | string => {
  const [secretAccessKey = '', ...scope] = lines.split('\n');
  return [...scope, 'aws4_request'].reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${secretAccessKey}`);
});

function canonicalRequest(request: HttpRequest, { service, signedHeaders }: SignatureClaim): string {
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`).join('');
  const payloadHash = request.headers['x-amz-content-sha256'] ?? sha256(request.body);
  return [request.method, canonicalPath(request.target, service), canonicalQuery(request.target), headers, signedHeaders.join(';'), payloadHash].join('\n');
}

/** Every service but S3 encodes the path once more than it was sent. */
function canonicalPath(target: string, service: string): string {
  const path = target.split('?')[0] ?? '/';
  return service === 's3' ? path : path.split('/').map((segment) => encode(segment)).join('/');
}

function canonicalQuery(target: string): string {
  const [, query = ''] = target.split('?');
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [encode(decodeURIComponent(key)), encode(decodeURIComponent(value.join('=')))] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
