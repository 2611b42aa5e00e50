import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Call } from '../../gateway/service';
import type { ReplicaRegionType, ReplicationStatusType } from '@aws-sdk/client-secrets-manager';
import { isReplica, type Replica, type Secret, type SecretVersion } from './secret';
import type { SecretEncryption } from './secret-encryption';
import type { SecretsState } from './secrets-state';

/** AWS states no time; in practice it is some seconds. */
const SYNC_MS = 20_000;

/**
 * Keeps copies of secrets in other regions, with the permissions of whoever made the change.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export class SecretReplication {
  constructor(
    private readonly state: SecretsState,
    private readonly encryption: SecretEncryption,
    private readonly clock: CloudClock,
    private readonly reportDefect: (error: Error, where: string) => void,
  ) {}

  /** Adds copies of a secret, or tries again where they failed. */
  add(secret: Secret, regions: readonly ReplicaRegionType[], call: Call, overwrite = false): void {
    for (const { Region: region = '' } of regions) {
      if (region === secret.region) throw new AwsError('InvalidParameterException', `Invalid replica region: ${region} is the primary Region of the secret.`);
    }
    secret.primaryRegion = secret.region;
    for (const { Region: region = '', KmsKeyId } of regions) {
      secret.replicas.set(region, { region, kmsKeyId: KmsKeyId, status: 'InProgress', message: undefined });
    }
    this.synchronise(secret, call, overwrite);
  }

  /** Brings the copies up to date, some time later. A later change overtakes an earlier one. */
  synchronise(secret: Secret, call: Call, overwrite = false): void {
    for (const replica of secret.replicas.values()) {
      const underway: Replica = { ...replica, status: 'InProgress', message: undefined };
      secret.replicas.set(replica.region, underway);
      this.clock.after(SYNC_MS, () => {
        if (secret.replicas.get(replica.region) !== underway) return;
        this.clock.whileWorking(() => this.copy(secret, underway, call, overwrite)).catch((error: Error) => this.reportDefect(error, `replication of ${secret.arn}`));
      });
    }
  }

  /** Deletes copies. */
  remove(secret: Secret, regions: readonly string[]): void {
    for (const region of regions) {
      const copy = this.copyIn(secret, region);
      if (copy) this.state.remove(copy);
      secret.replicas.delete(region);
    }
  }

  /** Makes a copy a secret of its own, whose former primary secret no longer knows it. Works without the primary region. */
  promote(copy: Secret): void {
    const primary = this.state.secretsOf({ account: copy.account, region: copy.primaryRegion ?? '' }).find(({ name }) => name === copy.name);
    primary?.replicas.delete(copy.region);
    copy.primaryRegion = undefined;
  }

  private async copy(secret: Secret, replica: Replica, call: Call, overwrite: boolean): Promise<void> {
    const place = { account: secret.account, region: replica.region };
    const existing = this.state.byName(secret.name, place);
    if (existing && existing.primaryRegion !== secret.region && !overwrite) {
      return fail(replica, `Replication failed: Secret name ${secret.name} already exists in region ${replica.region}.`);
    }
    const copy: Secret = {
      ...secret,
      ...place,
      arn: secret.arn.replace(`:${parseArn(secret.arn)?.region ?? ''}:`, `:${replica.region}:`),
      kmsKeyId: replica.kmsKeyId,
      tags: { ...secret.tags },
      accessedAt: existing?.accessedAt,
      rotation: undefined,
      primaryRegion: secret.region,
      replicas: new Map(),
      versions: new Map(),
    };
    try {
      for (const version of secret.versions.values()) copy.versions.set(version.id, await this.copyVersion(secret, copy, version, call));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return fail(replica, `Replication failed: ${error.message}`);
    }
    if (existing) this.state.remove(existing);
    this.state.add(copy);
    replica.status = 'InSync';
  }

  private async copyVersion(secret: Secret, copy: Secret, version: SecretVersion, call: Call): Promise<SecretVersion> {
    const sealed = version.sealed && (await this.encryption.seal(await this.encryption.open(secret, version, call), copy, version.id, call));
    return { ...version, sealed, stages: new Set(version.stages) };
  }

  private copyIn(secret: Secret, region: string): Secret | undefined {
    const copy = this.state.byName(secret.name, { account: secret.account, region });
    return copy && isReplica(copy) ? copy : undefined;
  }
}

/** How the copies are doing, as the API tells it. */
export function replicationStatus({ replicas }: Secret): ReplicationStatusType[] {
  return [...replicas.values()].map(({ region, kmsKeyId, status, message }) => ({
    Region: region,
    KmsKeyId: kmsKeyId ?? 'alias/aws/secretsmanager',
    Status: status,
    ...(message !== undefined && { StatusMessage: message }),
  }));
}

function fail(replica: Replica, message: string): void {
  replica.status = 'Failed';
  replica.message = message;
}
