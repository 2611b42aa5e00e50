import { createHash } from 'node:crypto';
import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import type { Secret } from './secret';

const SUFFIX_LENGTH = 6;

/** Secrets of all accounts and regions. */
export class SecretsState {
  private readonly regions = new PerRegion(() => ({ secrets: new Map<string, Secret>(), created: new Map<string, number>() }));

  secretsOf(place: Place): readonly Secret[] {
    return [...this.regions.in(place).secrets.values()];
  }

  byName(name: string, place: Place): Secret | undefined {
    return this.regions.in(place).secrets.get(name);
  }

  /**
   * The ARN that the next secret of the name will get: six characters tell it from earlier ones of the same name.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#suffix
   */
  nextArn(name: string, place: Place): string {
    const generation = this.regions.in(place).created.get(name) ?? 0;
    const suffix = createHash('sha256').update(`${place.account}/${place.region}/${name}/${generation}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, SUFFIX_LENGTH);
    return regionalArn('secretsmanager', place, `secret:${name}-${suffix}`);
  }

  add(secret: Secret): void {
    const { secrets, created } = this.regions.in(secret);
    secrets.set(secret.name, secret);
    created.set(secret.name, (created.get(secret.name) ?? 0) + 1);
  }

  remove(secret: Secret): void {
    this.regions.in(secret).secrets.delete(secret.name);
  }

  /** The secret that a `SecretId` means: a name, an ARN, or an ARN without its suffix. */
  find(secretId: string | undefined, place: Place): Secret | undefined {
    const { account, region, resource } = readSecretId(secretId, place);
    if (region !== place.region) return undefined;
    return this.secretsOf({ account, region }).find(({ arn, name }) => arn === secretId || name === resource);
  }

  /** As `find`, or the error that Secrets Manager gives. */
  named(secretId: string | undefined, place: Place): Secret {
    const secret = this.find(secretId, place);
    if (!secret) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }
}

/** What a `SecretId` says by itself. */
interface SecretReference extends Place {
  /** The name, in an ARN mostly with its suffix. */
  readonly resource: string;
  readonly arn: string;
}

export function readSecretId(secretId: string | undefined, { account, region }: Place): SecretReference {
  const text = secretId ?? '';
  if (!text.startsWith('arn:')) return { account, region, resource: text, arn: regionalArn('secretsmanager', { account, region }, `secret:${text}`) };
  const arn = parseArn(text);
  const name = /^secret:(.+)$/.exec(arn?.resource ?? '')?.[1];
  if (!arn || arn.service !== 'secretsmanager' || !name) throw new AwsError('InvalidParameterException', `Invalid ARN: ${text}`);
  return { account: arn.account, region: arn.region, resource: name, arn: text };
}
