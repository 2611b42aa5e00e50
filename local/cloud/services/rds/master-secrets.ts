import { randomInt, randomUUID } from 'node:crypto';
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Call, Place } from '../../gateway/service';
import type { MasterUserSecret } from './state/database';

const RDS = 'rds.amazonaws.com';
const DEFAULT_KEY = 'alias/aws/secretsmanager';
const PASSWORD_LENGTH = 28;
const PASSWORD_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-.:;<=>?[]^_{|}~';

/** A secret that is to hold a master password. */
export interface NewMasterSecret {
  readonly kind: 'cluster' | 'db';
  /** The ARN of the database, which the secret is tagged with. */
  readonly databaseArn: string;
  readonly username: string;
  readonly kmsKeyId: string | undefined;
}

/**
 * Master passwords that RDS keeps in Secrets Manager.
 *
 * RDS creates the secret with the caller's permissions, `secretsmanager:CreateSecret` and `TagResource`:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
 */
export class MasterSecrets {
  constructor(private readonly cloud: CloudContext) {}

  /** Creates the secret under the kind of name that RDS gives, and returns it with the password. */
  async create(call: Call, { kind, databaseArn, username, kmsKeyId }: NewMasterSecret): Promise<{ readonly secret: MasterUserSecret; readonly password: string }> {
    const password = newPassword();
    const { ARN = '' } = await this.cloud.as(call.principal, call, RDS).send(
      new CreateSecretCommand({
        Name: `rds!${kind}-${randomUUID()}`,
        Description: `The secret associated with the primary RDS DB ${kind === 'db' ? 'instance' : 'cluster'}: ${databaseArn}`,
        KmsKeyId: kmsKeyId,
        SecretString: JSON.stringify({ username, password }),
        Tags: [
          { Key: kind === 'db' ? 'aws:rds:primaryDBInstanceArn' : 'aws:rds:primaryDBClusterArn', Value: databaseArn },
          { Key: 'aws:secretsmanager:owningService', Value: 'rds' },
        ],
      }),
    );
    return { secret: { arn: ARN, kmsKeyId: kmsKeyId ?? DEFAULT_KEY }, password };
  }

  /** Puts a new password into the secret and returns it. */
  async rotate(call: Call, { arn }: MasterUserSecret, username: string): Promise<string> {
    const password = newPassword();
    await this.cloud.as(call.principal, call, RDS).send(new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify({ username, password }) }));
    return password;
  }

  /** The secret goes with its database, with no time to recover it. */
  async delete(place: Place, { arn }: MasterUserSecret): Promise<void> {
    await this.cloud.as(accountRoot(place.account), place, RDS).send(new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true }));
  }
}

function newPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => PASSWORD_CHARACTERS[randomInt(PASSWORD_CHARACTERS.length)]).join('');
}
