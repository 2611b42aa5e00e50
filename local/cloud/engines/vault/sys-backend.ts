import { answer, NO_CONTENT, type Answer } from './answer';
import { callerOf, notEmulated, unsupportedOperation, type Backend, type BackendRequest } from './backend';
import { durationField, textField, textsField, type JsonObject } from './json-fields';
import type { LeaseStore } from './lease-store';
import { capabilitiesOn, type Policy } from './policy';
import type { Seal } from './seal';
import type { Token } from './token';
import { badRequest } from './vault-error';

const MOUNT_TYPE = 'system';
/** What a sealed Vault still answers, and anybody may ask. */
const PUBLIC_PATHS = ['health', 'seal-status', 'init', 'leader', 'unseal'];

/** The part of `sys/` that clients and operators of a run use. */
export class SysBackend implements Backend {
  constructor(
    private readonly seal: Seal,
    private readonly leases: LeaseStore,
    private readonly policiesOf: (token: Token) => readonly Policy[] | 'root',
    private readonly nowMs: () => number,
  ) {}

  isPublic(path: string): boolean {
    return PUBLIC_PATHS.includes(path);
  }

  async handle(request: BackendRequest): Promise<Answer> {
    switch (request.path) {
      case 'health':
        return this.seal.health(request.query);
      case 'seal-status':
        return this.seal.status();
      case 'init':
        return { status: 200, body: { initialized: true } };
      case 'unseal':
        return this.seal.unseal(request.body);
      case 'seal':
        if (request.operation !== 'update') throw unsupportedOperation();
        this.seal.close();
        return NO_CONTENT;
      case 'capabilities-self':
        return this.capabilities(callerOf(request), request.body);
      case 'renew':
      case 'leases/renew':
      case 'leases/lookup':
      case 'revoke':
      case 'leases/revoke':
        return this.handleLease(request);
      default:
        throw notEmulated(`sys/${request.path}`);
    }
  }

  private async handleLease({ operation, path, body }: BackendRequest): Promise<Answer> {
    if (operation !== 'update') throw unsupportedOperation();
    const id = textField(body, 'lease_id');
    if (id === '') throw badRequest('lease_id must be specified');
    if (path.endsWith('lookup')) return this.lookUp(id);
    if (path.endsWith('revoke')) {
      await this.leases.revoke(id);
      return NO_CONTENT;
    }
    const { lease, warnings } = await this.leases.renew(id, durationField(body, 'increment'));
    return answer({ lease: { id, durationSeconds: lease.term.grantedSeconds }, warnings, mountType: MOUNT_TYPE });
  }

  private lookUp(id: string): Answer {
    const term = this.leases.find(id)?.term;
    if (!term) throw badRequest('invalid lease');
    const data = {
      expire_time: new Date(term.expiresAtMs).toISOString(),
      id,
      issue_time: new Date(term.issuedAtMs).toISOString(),
      last_renewal: term.renewedAtMs === undefined ? null : new Date(term.renewedAtMs).toISOString(),
      renewable: true,
      ttl: Math.floor((term.expiresAtMs - this.nowMs()) / 1000),
    };
    return answer({ data, mountType: MOUNT_TYPE });
  }

  private capabilities(token: Token, body: JsonObject): Answer {
    const paths = [...textsField(body, 'paths'), textField(body, 'path')].filter(Boolean);
    const policies = this.policiesOf(token);
    const byPath = Object.fromEntries(paths.map((path) => [path, policies === 'root' ? ['root'] : capabilitiesOn(policies, path)]));
    const [first] = paths;
    const data = { ...byPath, ...(paths.length === 1 && first !== undefined && { capabilities: byPath[first] }) };
    return answer({ data, legacy: data, mountType: MOUNT_TYPE });
  }
}
