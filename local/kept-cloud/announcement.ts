import type { Profile } from './profiles';

export interface AnnouncementProps {
  readonly endpoint: string;
  /** Account ids by the names of the deployment. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly shellFile: string;
}

/** What somebody has to know to work with a kept cloud. */
export function announce({ endpoint, accounts, profiles, shellFile }: AnnouncementProps): string {
  const [[first = '', profile] = []] = Object.entries(profiles);
  const logins = Object.entries(profiles).flatMap(([name, { credentials, region }]) => [
    `  ${name} (${accounts[name] ?? ''}, ${region})`,
    `    AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
  ]);
  return [
    '',
    `The cloud is up at ${endpoint}. While it waits, an hour passes in a minute. Ctrl-C ends it.`,
    '',
    'Accounts, as administrator:',
    ...logins,
    '',
    'In another terminal:',
    `  . ${shellFile}`,
    `  aws --profile ${first} --region ${profile?.region ?? ''} rds describe-db-clusters`,
    '  npx holdfast --help',
    '  psql -h ENDPOINT -U USER DATABASE     with the endpoint that RDS tells, of any database of the cloud',
    '',
  ].join('\n');
}
