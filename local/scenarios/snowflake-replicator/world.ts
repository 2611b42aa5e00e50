import { generateKeyPairSync } from 'node:crypto';
import type { SnowflakeReplicatorConfig } from '../../../lib/config/snowflake-replicator';
import type { WarehouseProcess } from '../../cloud/engines/snowflake/process/warehouse-process';
import type { VaultEngine } from '../../cloud/engines/vault/vault-engine';
import { startSnowflakeHost } from '../../cloud/outside/snowflake-host';
import { startVaultHost } from '../../cloud/outside/vault-host';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';
import type { PipelineWorld, SourceCluster } from './pipeline-world';
import { createSource } from './source-cluster';

/** Functions that log in to Vault. */
export const WORKERS = ['plan-replication', 'extract-partition', 'commit-load', 'replicate-table', 'verify-table'];
/** The AWS account in which Snowflake runs. */
const SNOWFLAKE_ACCOUNT = '999999999999';
const SNOWFLAKE_USER = 'REPLICATOR';
const TOKEN_SECONDS = 1800;
/** What hashes of columns are made with. */
export const PEPPER = 'a pepper of more than sixteen characters';

/** Makes the Vault and the Snowflake account that the deployment names. */
export async function createWorld(stage: Stage<undefined>): Promise<PipelineWorld> {
  const [config] = stage.deployment.snowflakeReplicator;
  if (!config) throw new Error('the deployment has no pipeline to Snowflake');
  const place = stage.place(config.account, config.region);
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const [vault, warehouse] = await Promise.all([startVault(stage, config, place, keys.privateKey), startSnowflake(stage, config, place, keys.publicKey)]);
  return { config, place, vault, warehouse, source: undefined, areSidesEqual: false };
}

/** The source of the pipeline, made when it is first asked for. */
export async function sourceOf(stage: Stage<PipelineWorld>): Promise<SourceCluster> {
  const { world } = stage;
  world.source ??= createSource(stage, world);
  return world.source;
}

async function startVault(stage: Stage<undefined>, { name, vault: { address, login, pepperPath = '' }, snowflake, source }: SnowflakeReplicatorConfig, { account }: Place, privateKey: string): Promise<VaultEngine> {
  const { hostname, port } = new URL(address);
  const vault = await startVaultHost(stage.cloud, { hostname, port: Number(port) });
  if (login.kind !== 'aws' || snowflake.login.kind !== 'key-pair' || source.credentials.kind !== 'dynamic') throw new Error('the rehearsal is written for logins by IAM, key pairs and dynamic roles');
  const { secretPath } = snowflake.login;
  vault.configure({
    awsServerId: login.serverId,
    // What docs/runbooks/snowflake-replicator.md asks the owner of Vault for.
    policies: {
      'snowflake-replicator': [
        { path: `secret/data/${secretPath}`, capabilities: ['read'] },
        { path: `secret/data/${pepperPath}`, capabilities: ['read'] },
        { path: `${source.credentials.mount}/creds/${source.credentials.role}`, capabilities: ['read'] },
        { path: 'sys/leases/revoke', capabilities: ['update'] },
      ],
    },
    awsRoles: {
      [login.role]: {
        boundIamPrincipalArns: WORKERS.map((operation) => `arn:aws:iam::${account}:role/snowflake-replicator-${name}-${operation}`),
        policies: ['snowflake-replicator'],
        ttlSeconds: TOKEN_SECONDS,
      },
    },
    secrets: { [secretPath]: { user: SNOWFLAKE_USER, privateKey }, [pepperPath]: { pepper: PEPPER } },
  });
  return vault;
}

async function startSnowflake(stage: Stage<undefined>, { name, snowflake }: SnowflakeReplicatorConfig, place: Place, publicKeyPem: string): Promise<WarehouseProcess> {
  const { endpointService } = snowflake;
  if (endpointService === undefined) throw new Error(`${name} has no endpointService, and the rehearsal no endpoint that is there already`);
  const warehouse = await startSnowflakeHost(stage.cloud, {
    accountName: snowflake.account,
    hostname: new URL(snowflake.accessUrl).hostname,
    place: { account: SNOWFLAKE_ACCOUNT, region: place.region },
    endpointService,
    customers: [place.account],
    stageBucket: snowflake.stageBucket,
  });
  const { role, warehouse: compute, database, schema, controlSchema } = snowflake;
  // What docs/runbooks/snowflake-replicator.md asks the administrator of Snowflake for.
  for (const statement of [
    `CREATE DATABASE ${database}`,
    `CREATE SCHEMA ${database}.${schema}`,
    `CREATE SCHEMA ${database}.${controlSchema}`,
    `CREATE ROLE ${role}`,
    `CREATE ROLE ANALYST`,
    `CREATE WAREHOUSE ${compute}`,
    `GRANT USAGE ON WAREHOUSE ${compute} TO ROLE ${role}`,
    `GRANT USAGE ON DATABASE ${database} TO ROLE ${role}`,
    `GRANT OWNERSHIP ON SCHEMA ${database}.${schema} TO ROLE ${role}`,
    `GRANT OWNERSHIP ON SCHEMA ${database}.${controlSchema} TO ROLE ${role}`,
  ]) {
    await warehouse.execute(statement);
  }
  await warehouse.createUser({ name: SNOWFLAKE_USER, roles: [role], publicKeyPem });
  return warehouse;
}
