import { timingSafeEqual } from 'node:crypto';
import type { Catalog } from '../catalog/catalog';
import type { User } from '../catalog/objects';
import { verifyKeyPair } from './key-pair';
import { loginFailure, type LoginRequest } from './login-request';
import { type CallSts, verifyWorkloadIdentity } from './workload-identity';

/** Returns the user whose credentials the request carries, or raises what Snowflake raises. */
export async function authenticate(request: LoginRequest, catalog: Catalog, callSts: CallSts | undefined, nowMs: number): Promise<User> {
  const user = await identify(request, catalog, callSts, nowMs);
  if (user.disabled) throw loginFailure('390101', 'User access disabled. Contact your local system administrator.');
  return user;
}

async function identify(request: LoginRequest, catalog: Catalog, callSts: CallSts | undefined, nowMs: number): Promise<User> {
  const named = catalog.users.get(request.loginName);
  switch (request.authenticator) {
    case 'SNOWFLAKE_JWT':
      if (!named || request.token === undefined) throw loginFailure('390144', 'JWT token is invalid.');
      verifyKeyPair(request.token, named, catalog.accountName, nowMs);
      return named;
    case 'WORKLOAD_IDENTITY': {
      if (request.provider !== 'AWS' || request.token === undefined || !callSts)
        throw loginFailure('394400', 'Workload identity authentication failed: only the provider AWS is offered.');
      const user = await verifyWorkloadIdentity(request.token, catalog.users.values(), callSts);
      if (request.loginName !== '' && user !== named)
        throw loginFailure('394400', 'Workload identity authentication failed: the identity belongs to another user.');
      return user;
    }
    case 'SNOWFLAKE':
      return withPassword(named, request.password);
    default:
      throw loginFailure(
        '390420',
        `The authenticator ${request.authenticator} is not offered, allowed: SNOWFLAKE_JWT, WORKLOAD_IDENTITY, SNOWFLAKE.`,
      );
  }
}

/**
 * Passwords alone are over for services: since October 2026 TYPE = LEGACY_SERVICE is refused like TYPE = SERVICE
 * (https://docs.snowflake.com/en/user-guide/security-mfa-rollout). People are let in without a second factor here.
 */
function withPassword(user: User | undefined, password: string | undefined): User {
  if (user && user.type !== 'PERSON')
    throw loginFailure(
      '390202',
      'Authentication attempt rejected by the current authentication policy. Users of TYPE=SERVICE cannot authenticate with a password.',
    );
  const [given, expected] = [Buffer.from(password ?? ''), Buffer.from(user?.password ?? '')];
  const right = user?.password !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
  if (!user || !right) throw loginFailure('390100', 'Incorrect username or password was specified.');
  return user;
}
