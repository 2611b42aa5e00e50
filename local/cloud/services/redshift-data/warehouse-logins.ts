import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetClusterCredentialsCommand, GetClusterCredentialsWithIAMCommand } from '@aws-sdk/client-redshift';
import { GetCredentialsCommand } from '@aws-sdk/client-redshift-serverless';
import { Client } from 'pg';
import type { PostgresServer } from '../../engines/postgres/postgres-server';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call, Place } from '../../gateway/service';

/** What stands behind a cluster or workgroup: nothing when there is none of the name, no server while it answers nobody. */
export type WarehouseLookup = (place: Place, name: string) => { readonly arn: string; readonly server: PostgresServer | undefined } | undefined;

/** Where a request wants to go, and as whom. */
export interface ConnectionRequest {
  readonly ClusterIdentifier?: string | undefined;
  readonly WorkgroupName?: string | undefined;
  readonly Database?: string | undefined;
  readonly DbUser?: string | undefined;
  readonly SecretArn?: string | undefined;
}

/** A way into a database that the caller may take. */
export interface Login {
  readonly server: PostgresServer;
  readonly warehouseArn: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface LoginPorts {
  readonly cloud: Pick<CloudContext, 'as' | 'certificates'>;
  readonly clusters: WarehouseLookup;
  readonly workgroups: WarehouseLookup;
}

const DATA_API = 'redshift-data.amazonaws.com';
const CREDENTIAL_SECONDS = 900;
const CONNECT_WITHIN_MS = 10_000;

/** Finds the warehouses that requests name, and credentials for them, with the callers' own permissions. https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-access.html */
export class WarehouseLogins {
  constructor(private readonly ports: LoginPorts) {}

  async loginFor(call: Call, request: ConnectionRequest): Promise<Login> {
    const { Database: database } = request;
    if (database === undefined) throw invalid('Database name must be provided.');
    const { arn, server } = this.warehouse(call, request);
    const credentials = await this.credentials(call, request, database).catch(refusal);
    if (!server?.isRunning) throw invalid('Redshift endpoint is not available.');
    return { server, warehouseArn: arn, database, ...credentials };
  }

  /** Opens a session; the caller ends it. */
  async connect({ server, database, user, password }: Login): Promise<Client> {
    const ssl = { ca: this.ports.cloud.certificates.certificatePem, servername: server.caHostnames[0] };
    const client = new Client({ host: '127.0.0.1', port: server.port, user, password, database, ssl, application_name: 'redshift-data', connectionTimeoutMillis: CONNECT_WITHIN_MS });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private warehouse(place: Place, { ClusterIdentifier, WorkgroupName }: ConnectionRequest): { readonly arn: string; readonly server: PostgresServer | undefined } {
    if ((ClusterIdentifier === undefined) === (WorkgroupName === undefined)) throw invalid('Exactly one of ClusterIdentifier and WorkgroupName must be provided.');
    const found = ClusterIdentifier === undefined ? this.ports.workgroups(place, WorkgroupName ?? '') : this.ports.clusters(place, ClusterIdentifier);
    if (!found) throw invalid("Redshift endpoint doesn't exist in this region.");
    return found;
  }

  private async credentials(call: Call, { ClusterIdentifier, WorkgroupName, DbUser, SecretArn }: ConnectionRequest, database: string): Promise<Pick<Login, 'user' | 'password'>> {
    const aws = this.ports.cloud.as(call.principal, call, DATA_API);
    if (SecretArn !== undefined) return secretOf((await aws.send(new GetSecretValueCommand({ SecretId: SecretArn }))).SecretString);
    if (WorkgroupName !== undefined) {
      const { dbUser, dbPassword } = await aws.send(new GetCredentialsCommand({ workgroupName: WorkgroupName, dbName: database, durationSeconds: CREDENTIAL_SECONDS }));
      return { user: dbUser ?? '', password: dbPassword ?? '' };
    }
    const common = { ClusterIdentifier, DbName: database, DurationSeconds: CREDENTIAL_SECONDS };
    const given = await (DbUser === undefined ? aws.send(new GetClusterCredentialsWithIAMCommand(common)) : aws.send(new GetClusterCredentialsCommand({ ...common, DbUser })));
    return { user: given.DbUser ?? '', password: given.DbPassword ?? '' };
  }
}

function secretOf(text: string | undefined): Pick<Login, 'user' | 'password'> {
  const { username, password } = parsedSecret(text);
  if (!username || !password) throw invalid('username and password in secret cannot be empty');
  return { user: username, password };
}

function parsedSecret(text = ''): { readonly username?: string; readonly password?: string } {
  try {
    return JSON.parse(text) as { username?: string; password?: string };
  } catch {
    throw invalid('The secret is not a JSON document.');
  }
}

/** What another service refuses, the Data API hands on. */
function refusal(error: unknown): never {
  if (!(error instanceof AwsError) || error.code === 'ValidationException' || error.status === 501) throw error;
  if (error.code.startsWith('AccessDenied')) throw new AwsError('AccessDeniedException', error.message, { status: 400 });
  throw invalid(error.message);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
