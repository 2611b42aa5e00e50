import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Credentials } from '../cloud/gateway/credentials';

/** An account as a profile of the AWS configuration. */
export interface Profile {
  readonly credentials: Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>;
  /** Where commands act that name no region. */
  readonly region: string;
}

/** What a shell needs to work with a kept cloud. */
export interface ShellFileProps {
  /** Where the files go. They hold credentials, which are worth nothing outside this cloud. */
  readonly directory: string;
  readonly endpoint: string;
  /** The accounts' administrators by the accounts' names. */
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly databasePort: number;
  /** What clients of databases trust, PEM. */
  readonly authorityPem: string;
}

/**
 * Writes a file that a shell sources to point the AWS CLI, any SDK and psql at the cloud, and answers where it is.
 *
 * Every account is a profile of its name. Databases are reached by the names that RDS gives them, through one port of this machine.
 */
export function writeShellFile({ directory, endpoint, profiles, databasePort, authorityPem }: ShellFileProps): string {
  const place = (name: string) => path.join(directory, name);
  writeFileSync(place('databases.pem'), authorityPem);
  writeFileSync(place('aws-config'), Object.entries(profiles).map(([name, profile]) => configurationOf(name, profile, endpoint)).join('\n'), { mode: 0o600 });
  const lines = [
    '# AWS CLI, SDKs and the command line of Holdfast: choose an account with --profile or AWS_PROFILE.',
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL',
    `export AWS_CONFIG_FILE='${place('aws-config')}' AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true`,
    '# psql: the host is the one that RDS tells; libpq 14 or newer.',
    `export PGHOSTADDR=127.0.0.1 PGPORT=${databasePort} PGSSLMODE=verify-full PGSSLROOTCERT='${place('databases.pem')}'`,
  ];
  writeFileSync(place('shell'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return place('shell');
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html: `endpoint_url` counts for every service. */
function configurationOf(name: string, { credentials, region }: Profile, endpoint: string): string {
  const settings = { aws_access_key_id: credentials.accessKeyId, aws_secret_access_key: credentials.secretAccessKey, endpoint_url: endpoint, region };
  return [`[profile ${name}]`, ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`), ''].join('\n');
}
