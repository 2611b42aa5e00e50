import { DescribeSecretCommand, GetRandomPasswordCommand, GetSecretValueCommand, PutSecretValueCommand, ResourceNotFoundException, SecretsManagerClient, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

const PASSWORD_LENGTH = 32;
/** RDS refuses these in master passwords, and URLs need them escaped. */
const AVOIDED_CHARACTERS = `/@"' \\%:?#&`;

/** One JSON secret. Its content never leaves this class except to the caller that asked for it. */
export class Secret {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly arn: string,
  ) {}

  static in(target: Target, arn: string): Secret {
    return new Secret(clientFor(SecretsManagerClient, target), arn);
  }

  /** Whether the secret exists and may be seen. One that is scheduled for deletion can be described, but not read. */
  async exists(): Promise<boolean> {
    const found = await this.describe();
    return found !== undefined && found.DeletedDate === undefined;
  }

  /** The id of the current version, which a replica in another region has as well; nothing when there is no secret to be read. */
  async currentVersion(): Promise<string | undefined> {
    const { DeletedDate, VersionIdsToStages = {} } = (await this.describe()) ?? {};
    if (DeletedDate !== undefined) return undefined;
    return Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
  }

  /** The current content. Throws when it is not a JSON object; the message does not show it. */
  async read(): Promise<Readonly<Record<string, unknown>>> {
    const { SecretString } = await this.client.send(new GetSecretValueCommand({ SecretId: this.arn }));
    let content: unknown;
    try {
      content = JSON.parse(present(SecretString, 'SecretString'));
    } catch {
      content = undefined;
    }
    if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new Error(`secret ${this.arn} does not hold a JSON object`);
    return content as Readonly<Record<string, unknown>>;
  }

  /** Makes this the current content; the one before stays readable as AWSPREVIOUS. */
  async write(content: Readonly<Record<string, unknown>>): Promise<void> {
    await this.client.send(new PutSecretValueCommand({ SecretId: this.arn, SecretString: JSON.stringify(content) }));
  }

  private async describe(): Promise<DescribeSecretCommandOutput | undefined> {
    try {
      return await this.client.send(new DescribeSecretCommand({ SecretId: this.arn }));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** A password that PostgreSQL, RDS and a connection URL take as it is. */
  async newPassword(): Promise<string> {
    const { RandomPassword } = await this.client.send(new GetRandomPasswordCommand({ PasswordLength: PASSWORD_LENGTH, ExcludeCharacters: AVOIDED_CHARACTERS }));
    return present(RandomPassword, 'RandomPassword');
  }
}
