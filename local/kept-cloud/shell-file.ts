import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeProfiles, type Profile } from './profiles';

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
  /** More variables, for what stands in for the world around. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Writes a file that a shell sources to point the AWS CLI, any SDK and psql at the cloud, and answers where it is.
 *
 * Every account is a profile of its name. Databases are reached by the names that RDS gives them, through one port of this machine.
 */
export function writeShellFile({ directory, endpoint, profiles, databasePort, authorityPem, variables }: ShellFileProps): string {
  const place = (name: string) => path.join(directory, name);
  writeFileSync(place('databases.pem'), authorityPem);
  const environment = writeProfiles(directory, profiles, endpoint);
  const lines = [
    '# AWS CLI, SDKs and the command line of Holdfast: choose an account with --profile or AWS_PROFILE.',
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL',
    `export ${Object.entries(environment).map(([name, value]) => `${name}='${value}'`).join(' ')}`,
    '# psql: the host is the one that RDS tells; libpq 14 or newer.',
    `export PGHOSTADDR=127.0.0.1 PGPORT=${databasePort} PGSSLMODE=verify-full PGSSLROOTCERT='${place('databases.pem')}'`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`),
  ];
  writeFileSync(place('shell'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return place('shell');
}
