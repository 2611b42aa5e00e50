import { DeleteDBInstanceCommand, DescribeDBInstancesCommand, ModifyDBInstanceCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import type { WarmStandbyConfig } from '../../../lib/config/warm-standby';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';
import type { WarmStandbyWorld } from './world';

const HOUR_MS = 3_600_000;
const POSTGRES_PORT = 5432;
const SMALL_GB = 1;

/** The databases of both regions, as their administrator sees them. */
export class RegionDatabases {
  /** What the database that serves or follows is called, in both regions. */
  readonly instance: string;

  constructor(
    private readonly stage: Stage<WarmStandbyWorld>,
    private readonly config: WarmStandbyConfig,
  ) {
    this.instance = `warm-standby-${config.name}`;
  }

  /** Little has been written so far, so that copies of the region's database to the other region take minutes and not an hour. */
  declareSmall(place: Place): void {
    this.stage.cloud.services.databases.rds.declareSize(this.arnIn(place), SMALL_GB);
  }

  arnIn({ account, region }: Place): string {
    return `arn:aws:rds:${region}:${account}:db:${this.instance}`;
  }

  /** The database that serves or follows there, if there is one. */
  async find(place: Place): Promise<DBInstance | undefined> {
    return (await this.all(place)).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === this.instance);
  }

  async isReplica(place: Place): Promise<boolean> {
    return (await this.find(place))?.ReadReplicaSourceDBInstanceIdentifier !== undefined;
  }

  async statusIn(place: Place): Promise<string | undefined> {
    return (await this.find(place))?.DBInstanceStatus;
  }

  /** The numbers of all transactions in the region's database. */
  async transactionsIn(place: Place): Promise<readonly number[]> {
    return this.query(place, async (client) => (await client.query<{ number: string }>('SELECT number FROM app.transactions ORDER BY number')).rows.map(({ number }) => Number(number)));
  }

  /** Deletes the databases that made room, for replicas or when that was undone: whatever they held has been told. */
  async deleteKept(place: Place): Promise<void> {
    const rds = this.stage.client(RDSClient, place);
    const kept = () => this.all(place).then((found) => found.filter(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier.startsWith(`${this.instance}-`)));
    for (const { DBInstanceIdentifier } of await kept()) {
      await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, DeletionProtection: false, ApplyImmediately: true }));
      await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    }
    await this.stage.until('kept databases are gone', HOUR_MS, async () => ((await kept()).length === 0 ? true : undefined));
  }

  /** As the database's administrator at the machine itself, past the network. */
  async query<T>(place: Place, work: (client: Client) => Promise<T>): Promise<T> {
    const { cloud } = this.stage;
    const host = (await this.find(place))?.Endpoint?.Address ?? '';
    const { SecretString } = await this.stage.client(SecretsManagerClient, place).send(new GetSecretValueCommand({ SecretId: `warm-standby/${this.config.name}/admin` }));
    const { username, password } = JSON.parse(SecretString ?? '{}') as { username: string; password: string };
    const client = new Client({ host: '127.0.0.1', port: cloud.services.compute.fabric.localPortNamed(host, POSTGRES_PORT) ?? 0, user: username, password, database: this.config.database.name, ssl: { ca: cloud.certificates.certificatePem, servername: host } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private async all(place: Place): Promise<readonly DBInstance[]> {
    return (await this.stage.client(RDSClient, place).send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];
  }
}
