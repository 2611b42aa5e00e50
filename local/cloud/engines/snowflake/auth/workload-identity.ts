import type { User } from '../catalog/objects';
import { loginFailure } from './login-request';

/** A request that somebody else has signed and that is to be sent as it is. */
export interface SignedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a signed request to AWS STS and returns its answer. */
export type CallSts = (request: SignedRequest) => Promise<{ readonly status: number; readonly body: string }>;

const AUDIENCE = 'snowflakecomputing.com';

/**
 * Finds the user whom a workload identity token logs in. The token is a GetCallerIdentity request that the driver has
 * signed (snowflake-sdk 3.3.0, authentication/auth_workload_identity/attestation_aws.js): whoever STS says has signed
 * it is the workload. Its audience header keeps a request that was signed for another service from being used here.
 */
export async function verifyWorkloadIdentity(token: string, users: Iterable<User>, callSts: CallSts): Promise<User> {
  const request = decodeToken(token);
  if (!/^sts\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(hostOf(request))) throw refused('the signed request is not for AWS STS');
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const signedHeaders = /SignedHeaders=([^,]+)/.exec(headers.get('authorization') ?? '')?.[1]?.split(';') ?? [];
  if (headers.get('x-snowflake-audience') !== AUDIENCE || !signedHeaders.includes('x-snowflake-audience'))
    throw refused('the signed request is not meant for Snowflake');
  const { status, body } = await callSts(request);
  const arn = /<Arn>([^<]+)<\/Arn>/.exec(body)?.[1];
  if (status !== 200 || arn === undefined) throw refused(`AWS STS answered ${status}`);
  for (const user of users) if (user.workloadIdentityArn !== undefined && isSamePrincipal(user.workloadIdentityArn, arn)) return user;
  throw refused(`no user has the workload identity ${arn}`);
}

function decodeToken(token: string): SignedRequest {
  try {
    const request = JSON.parse(Buffer.from(token, 'base64').toString()) as Partial<SignedRequest>;
    if (typeof request.url === 'string' && request.method === 'POST' && typeof request.headers === 'object')
      return request as SignedRequest;
  } catch {
    // Falls through to the refusal.
  }
  throw refused('the token is no signed request');
}

function hostOf({ url }: SignedRequest): string {
  const parsed = new URL(url);
  return parsed.protocol === 'https:' && parsed.searchParams.get('Action') === 'GetCallerIdentity' ? parsed.host : '';
}

/** STS names an assumed role by session, IAM by path: `assumed-role/Name/session` and `role/path/Name` are the same. */
function isSamePrincipal(registered: string, caller: string): boolean {
  if (registered === caller) return true;
  const assumed = /^arn:(aws[\w-]*):sts::(\d{12}):assumed-role\/([^/]+)\/.+$/.exec(caller);
  const role = /^arn:(aws[\w-]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(registered);
  return assumed !== null && role !== null && assumed.slice(1, 4).join() === role.slice(1, 4).join();
}

/** The code that Snowflake gives here was not verified. */
function refused(reason: string): Error {
  return loginFailure('394400', `Workload identity authentication failed: ${reason}.`);
}
