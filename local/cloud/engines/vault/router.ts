import type { Answer } from './answer';
import type { Backend } from './backend';
import type { JsonObject } from './json-fields';
import { isAllowed, type Operation, type Policy } from './policy';
import type { Token } from './token';
import type { TokenStore } from './token-store';
import { collected, VaultError } from './vault-error';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Behind `/v1/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly token: string | undefined;
}

/** How a request was understood, for the audit; filled in as far as the request came. */
export interface Understanding {
  operation?: Operation;
  token?: Token;
}

export interface RouterPorts {
  readonly tokens: TokenStore;
  /** The policies of a token, or `root` for one that may do everything. */
  readonly policiesOf: (token: Token) => readonly Policy[] | 'root';
  readonly isSealed: () => boolean;
}

const OPERATIONS: Readonly<Record<string, Operation>> = { GET: 'read', HEAD: 'read', LIST: 'list', POST: 'update', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Takes each request to the engine mounted on its path, if its token allows. */
export class Router {
  private readonly mounts: readonly (readonly [prefix: string, backend: Backend])[];

  constructor(
    mounts: Readonly<Record<string, Backend>>,
    private readonly ports: RouterPorts,
  ) {
    this.mounts = Object.entries(mounts).map(([mount, backend]) => [`${mount}/`, backend]);
  }

  async route(request: WireRequest, understanding: Understanding): Promise<Answer> {
    const mount = this.mounts.find(([prefix]) => request.path.startsWith(prefix));
    const [prefix = '', backend] = mount ?? [];
    const path = request.path.slice(prefix.length);
    const operation = operationOf(request, backend, path);
    understanding.operation = operation;
    const isPublic = backend?.isPublic?.(path) === true;
    if (this.ports.isSealed() && !(isPublic && prefix === 'sys/')) throw new VaultError(503, ['Vault is sealed']);
    if (isPublic && backend) return backend.handle({ ...request, path, operation, token: undefined });
    const token = this.authenticate(request.token);
    understanding.token = token;
    try {
      this.authorize(token, operation, request.path);
      if (!backend) throw new VaultError(404, [`no handler for route ${JSON.stringify(request.path)}. route entry not found.`]);
      return await backend.handle({ ...request, path, operation, token });
    } finally {
      await this.ports.tokens.retireIfSpent(token);
    }
  }

  private authenticate(id: string | undefined): Token {
    if (id === undefined || id === '') throw new VaultError(403, ['permission denied']);
    const token = this.ports.tokens.find(id);
    if (!token) throw collected(403, 'permission denied', 'invalid token');
    return this.ports.tokens.use(token);
  }

  private authorize(token: Token, operation: Operation, path: string): void {
    const policies = this.ports.policiesOf(token);
    if (policies !== 'root' && !isAllowed(policies, operation, path)) throw collected(403, 'permission denied');
  }
}

/** A write to an engine that can tell is a creation where nothing is yet. */
function operationOf({ method, query }: WireRequest, backend: Backend | undefined, path: string): Operation {
  const operation = method === 'GET' && query.get('list') === 'true' ? 'list' : OPERATIONS[method];
  if (operation === undefined) throw collected(405, 'unsupported operation');
  return operation === 'update' && backend?.exists?.(path) === false ? 'create' : operation;
}
