import { generateKeyPairSync } from 'node:crypto';
import { SnowflakeWarehouse } from '../../../local/cloud/engines/snowflake/warehouse';
import { WarehouseProcess } from '../../../local/cloud/engines/snowflake/process/warehouse-process';
import type { WarehouseControl } from '../../../local/cloud/engines/snowflake/warehouse-control';
import { WORKER_ENVIRONMENT } from '../../../lambda/snowflake-replicator/contract';
import type { Destination, Login } from '../../../lambda/snowflake-replicator/snowflake/driver';
import { WarehouseSession, type WarehouseLimits } from '../../../lambda/snowflake-replicator/snowflake/warehouse-session';

Object.assign(process.env, WORKER_ENVIRONMENT);

const LIMITS: WarehouseLimits = { loginTimeoutMs: 10_000, statementTimeoutMs: 60_000, uploadTimeoutMs: 30_000, lockTimeoutSeconds: 5 };

/** A warehouse with database DB, schema APP for what is replicated and HOLDFAST for what the replicator keeps, both owned by the role LOADER. */
export interface TestWarehouse {
  readonly control: WarehouseControl;
  readonly destination: Destination;
  readonly login: Login;
  openSession(limits?: Partial<WarehouseLimits>): Promise<WarehouseSession>;
  close(): Promise<void>;
}

/** In this process, or with `apart` in one of its own. */
export async function startWarehouse(apart = false): Promise<TestWarehouse> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const control: WarehouseControl = await (apart ? WarehouseProcess.start() : SnowflakeWarehouse.start());
  for (const sql of [
    'CREATE DATABASE DB', 'CREATE SCHEMA DB.APP', 'CREATE SCHEMA DB.HOLDFAST', 'CREATE ROLE LOADER', 'CREATE ROLE ANALYST', 'CREATE WAREHOUSE WH',
    'GRANT USAGE ON WAREHOUSE WH TO ROLE LOADER', 'GRANT USAGE ON DATABASE DB TO ROLE LOADER',
    'GRANT OWNERSHIP ON SCHEMA DB.APP TO ROLE LOADER', 'GRANT OWNERSHIP ON SCHEMA DB.HOLDFAST TO ROLE LOADER',
  ]) await control.execute(sql);
  await control.createUser({ name: 'LOADER', roles: ['LOADER'], publicKeyPem: keys.publicKey });
  // Without TLS the server cannot tell the driver where its stages are; the AWS SDK inside the driver obeys this.
  process.env.AWS_ENDPOINT_URL_S3 = control.url;
  const destination: Destination = { account: 'LOCAL', accessUrl: control.url, role: 'LOADER', warehouse: 'WH', database: 'DB', schema: 'APP' };
  const login: Login = { kind: 'key-pair', user: 'LOADER', privateKey: keys.privateKey, passphrase: undefined };
  const sessions: WarehouseSession[] = [];
  return {
    control,
    destination,
    login,
    openSession: async (limits) => {
      const session = await WarehouseSession.open(destination, login, { ...LIMITS, ...limits }, 'test');
      sessions.push(session);
      return session;
    },
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      await control.stop();
    },
  };
}
