import { answer, NO_CONTENT, type Answer } from './answer';
import { callerOf, notEmulated, unsupportedOperation, type Backend, type BackendRequest } from './backend';
import { durationField, textField, textsField, type JsonObject } from './json-fields';
import { describeToken, grantOf, type Token } from './token';
import type { TokenStore } from './token-store';
import { badRequest } from './vault-error';

const MOUNT_TYPE = 'token';

/** Vault's token auth method, as far as a holder of a token uses it. */
export class TokenBackend implements Backend {
  constructor(
    private readonly tokens: TokenStore,
    private readonly nowMs: () => number,
  ) {}

  async handle(request: BackendRequest): Promise<Answer> {
    const token = callerOf(request);
    const writes = request.operation === 'update';
    switch (request.path) {
      case 'lookup-self':
        if (!writes && request.operation !== 'read') throw unsupportedOperation();
        return answer({ data: describeToken(token, this.nowMs()), mountType: MOUNT_TYPE });
      case 'renew-self':
        if (!writes) throw unsupportedOperation();
        return this.renew(token, request.body);
      case 'revoke-self':
        if (!writes) throw unsupportedOperation();
        await this.tokens.revoke(token);
        return NO_CONTENT;
      case 'create':
        if (!writes) throw unsupportedOperation();
        return this.create(token, request.body);
      default:
        throw notEmulated(`auth/token/${request.path}`);
    }
  }

  private renew(token: Token, body: JsonObject): Answer {
    const { token: renewed, warnings } = this.tokens.renew(token, durationField(body, 'increment'));
    return answer({ auth: grantOf(renewed), warnings, mountType: MOUNT_TYPE });
  }

  private create(parent: Token, body: JsonObject): Answer {
    const asked = textsField(body, 'policies');
    const wanted = asked.length > 0 ? asked : parent.policies;
    const known = [...parent.policies, 'default'];
    if (!parent.policies.includes('root') && wanted.some((policy) => !known.includes(policy))) throw badRequest('child policies must be subset of parent');
    const periodSeconds = durationField(body, 'period');
    const token = this.tokens.create({
      policies: wanted.includes('root') ? ['root'] : [...new Set([...wanted, ...(body.no_default_policy === true ? [] : ['default'])])].sort(),
      displayName: textField(body, 'display_name') === '' ? 'token' : `token-${textField(body, 'display_name')}`,
      path: 'auth/token/create',
      ttlSeconds: durationField(body, 'ttl'),
      explicitMaxTtlSeconds: durationField(body, 'explicit_max_ttl'),
      uses: Number(body.num_uses ?? 0),
      renewable: body.renewable !== false,
      ...(periodSeconds > 0 && { periodSeconds }),
      ...(body.no_parent !== true && { parent }),
      ...(body.meta !== undefined && { metadata: body.meta as Record<string, string> }),
    });
    return answer({ auth: grantOf(token), mountType: MOUNT_TYPE });
  }
}
