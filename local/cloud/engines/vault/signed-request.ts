import { textField, type JsonObject } from './json-fields';
import { badRequest } from './vault-error';

/** A request for STS that somebody else has signed. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SERVER_ID_HEADER = 'X-Vault-AWS-IAM-Server-ID';

/** Decodes the four fields of an IAM login and refuses what is no GetCallerIdentity, in the words of Vault 1.21. */
export function decodeSignedRequest(body: JsonObject): SignedRequest {
  const method = textField(body, 'iam_http_request_method');
  const headersText = textField(body, 'iam_request_headers');
  if (!method || !headersText || !body.iam_request_url || body.iam_request_body === undefined) throw badRequest("didn't supply required authentication values");
  if (method !== 'GET' && method !== 'POST') throw badRequest("invalid iam_http_request_method; currently only 'GET' and 'POST' are supported");
  const url = new URL(decode(body, 'iam_request_url'), 'https://sts.amazonaws.com');
  const form = decode(body, 'iam_request_body');
  if (method === 'POST') {
    if (form === '') throw badRequest('missing iam_request_body which is required for POST requests');
    if (url.search !== '') throw badRequest('invalid request');
    checkForm(form);
  } else {
    checkQuery(url.searchParams);
  }
  return { method, url: url.href, headers: decodeHeaders(headersText), body: form };
}

/** Fails unless the request was signed for this Vault, which keeps a login meant for one from being used on another. */
export function checkServerId(request: SignedRequest, expected: string): void {
  const problem = serverIdProblem(request, expected);
  if (problem !== undefined) throw badRequest(`error validating ${SERVER_ID_HEADER} header: ${problem}`);
}

function serverIdProblem({ headers }: SignedRequest, expected: string): string | undefined {
  const name = SERVER_ID_HEADER.toLowerCase();
  const sent = headers[name];
  if (sent === undefined) return `missing header "${SERVER_ID_HEADER}"`;
  if (sent !== expected) return `expected ${JSON.stringify(expected)} but got ${JSON.stringify(sent)}`;
  const authorization = headers.authorization;
  if (authorization === undefined) return 'missing Authorization header';
  const signed = /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  return signed.includes(name) ? undefined : "vault header wasn't signed";
}

function checkForm(form: string): void {
  const fields = [...new URLSearchParams(form).keys()];
  const asksForCaller = new URLSearchParams(form).get('Action') === 'GetCallerIdentity';
  if (!asksForCaller || fields.some((field) => field !== 'Action' && field !== 'Version')) throw badRequest('iam request body is invalid');
}

function checkQuery(query: URLSearchParams): void {
  const action = query.get('Action');
  if (action === null) throw badRequest('no action found in request');
  if (action !== 'GetCallerIdentity') throw badRequest(`unexpected action parameter, ${action}`);
}

function decode(body: JsonObject, field: string): string {
  const text = textField(body, field);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw badRequest(`failed to base64 decode ${field}`);
  return Buffer.from(text, 'base64').toString('utf8');
}

function decodeHeaders(text: string): Readonly<Record<string, string>> {
  // The field takes JSON itself as well as base64 of it, and a value may be a text or a list of one.
  const json = text.trimStart().startsWith('{') ? text : Buffer.from(text, 'base64').toString('utf8');
  let parsed: Record<string, string | readonly string[]>;
  try {
    parsed = JSON.parse(json) as Record<string, string | readonly string[]>;
  } catch (error) {
    throw badRequest(`Field validation failed: error converting input for field "iam_request_headers": ${(error as Error).message}`);
  }
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? String(value[0]) : String(value)]));
}
