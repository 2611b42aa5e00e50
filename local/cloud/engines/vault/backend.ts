import type { Answer } from './answer';
import type { JsonObject } from './json-fields';
import type { Operation } from './policy';
import type { Token } from './token';
import { collected, VaultError } from './vault-error';

/** A request as an engine sees it: the path begins behind the engine's mount. */
export interface BackendRequest {
  readonly operation: Operation;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** Whose it is; only logins and the like come without. */
  readonly token: Token | undefined;
}

/** Something mounted on a path. */
export interface Backend {
  /** Whether something is at the path already, for engines that tell a creation from an update. */
  exists?(path: string): boolean;
  /** Paths that need no token. */
  isPublic?(path: string): boolean;
  handle(request: BackendRequest): Promise<Answer>;
}

/** Returns who asks. The router lets nobody come here without a token. */
export function callerOf(request: BackendRequest): Token {
  if (!request.token) throw new VaultError(403, ['permission denied']);
  return request.token;
}

export function unsupportedOperation(): VaultError {
  return collected(405, 'unsupported operation');
}

/** A path of the real Vault that this one does not have, told apart from one that no Vault has. */
export function notEmulated(path: string): VaultError {
  return new VaultError(501, [`the local Vault does not emulate ${path}`]);
}
