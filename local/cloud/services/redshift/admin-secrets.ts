import { CreateSecretCommand, DeleteSecretCommand, GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Call, Place } from '../../gateway/service';
import type { AdminSecret } from './state/cluster';

const LONGEST_PASSWORD = 64;

/** A secret that is to hold an admin password. */
export interface NewAdminSecret {
  /** Of the cluster or namespace: its name and its ARN, which are in the secret's name and tags. */
  readonly name: string;
  readonly arn: string;
  readonly username: string;
  readonly kmsKeyId: string | undefined;
}

/**
 * Admin passwords that Redshift keeps in Secrets Manager, with the caller's permissions to do so.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
 */
export class AdminSecrets {
  constructor(
    private readonly cloud: CloudContext,
    /** Such as `redshift.amazonaws.com`. */
    private readonly service: string,
  ) {}

  /** Creates the secret under the kind of name that Redshift gives, and returns it with the password. */
  async create(call: Call, { name, arn, username, kmsKeyId }: NewAdminSecret): Promise<{ readonly secret: AdminSecret; readonly password: string }> {
    const caller = this.cloud.as(call.principal, call, this.service);
    const { RandomPassword = '' } = await caller.send(new GetRandomPasswordCommand({ PasswordLength: LONGEST_PASSWORD, ExcludeCharacters: '\'"\\/@' }));
    const { ARN = '' } = await caller.send(
      new CreateSecretCommand({
        Name: `redshift!${name}-${username}`,
        Description: `Secret for Amazon Redshift: ${arn}`,
        KmsKeyId: kmsKeyId,
        SecretString: JSON.stringify({ username, password: RandomPassword }),
        Tags: [
          { Key: 'aws:secretsmanager:owningService', Value: 'redshift' },
          { Key: 'aws:redshift:primaryClusterArn', Value: arn },
        ],
      }),
    );
    return { secret: { arn: ARN, kmsKeyId }, password: RandomPassword };
  }

  /** The secret goes with its warehouse, with no time to recover it. */
  async delete(place: Place, { arn }: AdminSecret): Promise<void> {
    await this.cloud.as(accountRoot(place.account), place, this.service).send(new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true }));
  }
}
