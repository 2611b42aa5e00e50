import { OperationError } from '../../common/errors';
import { SecretUnusable, VaultAccessDenied, VaultUnavailable } from '../contract';

interface ApiFailure {
  readonly message: string;
  readonly response?: { readonly statusCode: number; readonly body?: { readonly errors?: readonly string[] } };
}

/** https://developer.hashicorp.com/vault/api-docs#http-status-codes; 400 is also what a refused login gets. */
const REFUSED = [400, 401, 403];
const NOT_FOUND = 404;

/** The failure as one of the contract's. Vault's own words are shown; what was asked for with which token is not. */
export function vaultFailure(error: unknown, doing: string): OperationError {
  if (error instanceof OperationError) return error;
  const { message, response } = error as ApiFailure;
  if (!response) return new VaultUnavailable(`${doing}: ${message}`, {}, { cause: error });
  const { statusCode: status, body } = response;
  const said = body?.errors?.length ? body.errors.join('; ') : `status ${status}`;
  if (REFUSED.includes(status)) return new VaultAccessDenied(`${doing}: ${said}; check the role's bound principals, the server id and the policies`, { status }, { cause: error });
  if (status === NOT_FOUND) return new SecretUnusable(`${doing}: there is nothing at this path; check the path and the mount, and that the version is not deleted`, { status }, { cause: error });
  return new VaultUnavailable(`${doing}: ${said}`, { status }, { cause: error });
}
