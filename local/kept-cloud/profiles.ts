import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Credentials } from '../cloud/gateway/credentials';

/** An account as a profile of the AWS configuration. */
export interface Profile {
  readonly credentials: Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>;
  /** Where commands act that name no region. */
  readonly region: string;
}

/** Writes a profile for each account and answers what the environment of a process must say to find them, and nobody else's. */
export function writeProfiles(directory: string, profiles: Readonly<Record<string, Profile>>, endpoint: string): Readonly<Record<string, string>> {
  const file = path.join(directory, 'aws-config');
  writeFileSync(file, Object.entries(profiles).map(([name, profile]) => configurationOf(name, profile, endpoint)).join('\n'), { mode: 0o600 });
  return { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html: `endpoint_url` counts for every service. */
function configurationOf(name: string, { credentials, region }: Profile, endpoint: string): string {
  const settings = { aws_access_key_id: credentials.accessKeyId, aws_secret_access_key: credentials.secretAccessKey, endpoint_url: endpoint, region };
  return [`[profile ${name}]`, ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`), ''].join('\n');
}
