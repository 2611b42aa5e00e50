import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Parameters } from '../common/aws/parameters';
import { Secret } from '../common/aws/secret';
import { signIdentity } from '../common/aws/signed-identity';
import type { Env } from '../common/env';
import { InvalidEnvironment } from '../common/errors';
import { ENV } from './contract';
import type { HoldPorts } from './load/hold-table';
import { SourceSession } from './postgres/source-session';
import { readPipelineSettings, readTableSettings } from './settings';
import { WarehouseSession } from './snowflake/warehouse-session';
import { TableLock } from './state/table-lock';
import { VaultSession, type VaultLogin } from './vault/vault-session';

const VAULT_TIMEOUT_MS = 10_000;
const ATTEMPT_BYTES = 6;
const SERVER_ID_HEADER = 'X-Vault-AWS-IAM-Server-ID';

/** Wires everything that working on a table takes, as the environment says. */
export function wireWork(env: Env): HoldPorts {
  const target = { region: env.region };
  const now = () => new Date();
  const parameters = Parameters.in(target);
  const path = env.required(ENV.SETTINGS_PATH);
  const place = { address: env.required(ENV.VAULT_ADDRESS), namespace: env.optional(ENV.VAULT_NAMESPACE), timeoutMs: VAULT_TIMEOUT_MS };
  return {
    pipeline: env.required(ENV.PIPELINE),
    settings: async (table) => ({ pipeline: await readPipelineSettings(parameters, path), table: await readTableSettings(parameters, path, table) }),
    lock: new TableLock({ table: DynamoTable.in(target, env.required(ENV.LOCK_TABLE)), now }),
    clusters: Clusters.in(target),
    openVault: async () => VaultSession.open(place, await vaultLogin(env), now),
    openSource: (props) => SourceSession.open(props),
    openWarehouse: (...where) => WarehouseSession.open(...where),
    directory: tmpdir(),
    now,
    newAttempt: () => randomBytes(ATTEMPT_BYTES).toString('hex'),
    checkpoint: () => undefined,
  };
}

async function vaultLogin(env: Env): Promise<VaultLogin> {
  const kind = env.required(ENV.VAULT_AUTH);
  if (kind === 'token') {
    const { token } = await Secret.in({ region: env.region }, env.required(ENV.VAULT_TOKEN_SECRET_ARN)).read();
    if (typeof token !== 'string' || token === '') throw new InvalidEnvironment(`the secret in ${ENV.VAULT_TOKEN_SECRET_ARN} has no token`);
    return { kind, token };
  }
  if (kind !== 'aws') throw new InvalidEnvironment(`environment variable ${ENV.VAULT_AUTH}: ${JSON.stringify(kind)} is not allowed, expected "aws" or "token"`);
  const serverId = env.optional(ENV.VAULT_SERVER_ID);
  return { kind, mount: env.required(ENV.VAULT_AUTH_MOUNT), role: env.required(ENV.VAULT_ROLE), sign: () => signIdentity(env.region, serverId ? { [SERVER_ID_HEADER]: serverId } : {}) };
}
