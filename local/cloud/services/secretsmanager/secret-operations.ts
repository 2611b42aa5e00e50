import type * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, ContextValue, Operations } from '../../gateway/service';
import { requestTagContext, tagMap } from '../../gateway/tags';
import { describeSecret, listEntry } from './describe-secret';
import { matchesFilters } from './list-filters';
import { randomPassword } from './random-password';
import { isReplica, type Secret } from './secret';
import { secretAccess } from './secret-access';
import type { SecretEncryption } from './secret-encryption';
import type { SecretReplication } from './secret-replication';
import { checkMayChange, owningServiceOf, refuseDeleted } from './secret-rules';
import { valueIn, type SecretVersions } from './secret-versions';
import type { SecretsState } from './secrets-state';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_WINDOW_DAYS = 30;
const SHORTEST_WINDOW_DAYS = 7;

export interface SecretPorts {
  readonly state: SecretsState;
  readonly clock: CloudClock;
  readonly encryption: SecretEncryption;
  readonly versions: SecretVersions;
  readonly replication: SecretReplication;
}

/** Creating, describing, changing and deleting secrets. */
export function secretOperations({ state, clock, encryption, versions, replication }: SecretPorts): Operations<typeof sdk> {
  const bySecretId = ({ SecretId }: { SecretId: string | undefined }, call: Call) => secretAccess(state, SecretId, call);
  return {
    CreateSecret: {
      access: (input, call) => createAccess(state, input, call),
      run: async (input, call) => {
        const { Name: name = '', ClientRequestToken: token } = input;
        const owningService = owningServiceOf(name, call);
        const value = valueIn(input);
        const existing = state.byName(name, call);
        if (existing) return repeatedCreation(existing, token);
        const secret = newSecret(state.nextArn(name, call), input, call, owningService, clock.now());
        const version = value && (await versions.put(secret, { value, token, stages: [] }, call));
        // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: kms:Decrypt is needed too.
        if (version) await encryption.open(secret, version, call);
        state.add(secret);
        if (input.AddReplicaRegions?.length) replication.add(secret, input.AddReplicaRegions, call, input.ForceOverwriteReplicaSecret);
        return { ARN: secret.arn, Name: name, ...(version && { VersionId: version.id }), ...replicationIn(secret) };
      },
    },
    DescribeSecret: { access: bySecretId, run: ({ SecretId }, call) => describeSecret(state.named(SecretId, call)) },
    ListSecrets: {
      access: () => [{ resource: '*' }],
      run: (input, call) => {
        const listed = state
          .secretsOf(call)
          .filter(({ deletion }) => !deletion || input.IncludePlannedDeletion)
          .filter((secret) => matchesFilters(secret, input.Filters ?? []));
        const ordered = input.SortOrder === 'asc' ? listed : [...listed].reverse();
        const page = pageOf(ordered, input.MaxResults ?? 100, input.NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
        return { SecretList: page.items.map(listEntry), NextToken: page.nextToken };
      },
    },
    UpdateSecret: {
      access: (input, call) => secretAccess(state, input.SecretId, call, settingsContext(input)),
      run: async (input, call) => {
        const secret = state.named(input.SecretId, call);
        checkMayChange(secret, call);
        const value = valueIn(input);
        if (input.KmsKeyId !== undefined && input.KmsKeyId !== secret.kmsKeyId) await changeKey(secret, input.KmsKeyId, encryption, call);
        if (input.Description !== undefined) secret.description = input.Description;
        const version = value && (await versions.put(secret, { value, token: input.ClientRequestToken, stages: ['AWSCURRENT'] }, call));
        secret.changedAt = clock.now();
        replication.synchronise(secret, call);
        return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
      },
    },
    DeleteSecret: {
      access: ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }, call) =>
        secretAccess(state, SecretId, call, {
          'secretsmanager:ForceDeleteWithoutRecovery': ForceDeleteWithoutRecovery ?? false,
          ...(!ForceDeleteWithoutRecovery && { 'secretsmanager:RecoveryWindowInDays': RecoveryWindowInDays ?? DEFAULT_WINDOW_DAYS }),
        }),
      run: (input, call) => {
        const secret = state.named(input.SecretId, call);
        checkMayChange(secret, call);
        if (secret.replicas.size > 0) throw new AwsError('InvalidRequestException', `You can't delete secret ${secret.name} that still has replica regions [${[...secret.replicas.keys()].join(', ')}]`);
        const days = recoveryWindow(input);
        const at = new Date(clock.nowMs() + days * DAY_MS);
        if (days === 0) state.remove(secret);
        else secret.deletion = { at, timer: clock.after(days * DAY_MS, () => state.remove(secret)) };
        return { ARN: secret.arn, Name: secret.name, DeletionDate: at };
      },
    },
    RestoreSecret: {
      access: bySecretId,
      run: ({ SecretId }, call) => {
        const secret = state.named(SecretId, call);
        secret.deletion?.timer.cancel();
        secret.deletion = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    TagResource: {
      access: ({ SecretId, Tags }, call) => secretAccess(state, SecretId, call, requestTagContext(tagMap(Tags))),
      run: ({ SecretId, Tags }, call) => {
        const secret = state.named(SecretId, call);
        refuseDeleted(secret);
        Object.assign(secret.tags, tagMap(Tags));
        replication.synchronise(secret, call);
        return {};
      },
    },
    UntagResource: {
      access: ({ SecretId, TagKeys = [] }, call) => secretAccess(state, SecretId, call, { 'aws:TagKeys': TagKeys }),
      run: ({ SecretId, TagKeys = [] }, call) => {
        const secret = state.named(SecretId, call);
        refuseDeleted(secret);
        secret.tags = Object.fromEntries(Object.entries(secret.tags).filter(([key]) => !TagKeys.includes(key)));
        replication.synchronise(secret, call);
        return {};
      },
    },
    GetRandomPassword: { access: () => [{ resource: '*' }], run: (input) => ({ RandomPassword: randomPassword(input) }) },
    ReplicateSecretToRegions: {
      access: (input, call) => secretAccess(state, input.SecretId, call, replicaContext(input)),
      run: ({ SecretId, AddReplicaRegions = [], ForceOverwriteReplicaSecret }, call) => {
        const secret = state.named(SecretId, call);
        checkMayChange(secret, call);
        replication.add(secret, AddReplicaRegions, call, ForceOverwriteReplicaSecret);
        return { ARN: secret.arn, ...replicationIn(secret) };
      },
    },
    RemoveRegionsFromReplication: {
      access: bySecretId,
      run: ({ SecretId, RemoveReplicaRegions = [] }, call) => {
        const secret = state.named(SecretId, call);
        checkMayChange(secret, call);
        replication.remove(secret, RemoveReplicaRegions);
        return { ARN: secret.arn, ...replicationIn(secret) };
      },
    },
    StopReplicationToReplica: {
      access: bySecretId,
      run: ({ SecretId }, call) => {
        const secret = state.named(SecretId, call);
        if (!isReplica(secret)) throw new AwsError('InvalidRequestException', 'Operation not permitted on a secret that is not a replica.');
        replication.promote(secret);
        return { ARN: secret.arn };
      },
    },
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: tags and copies need permissions of their own. */
function createAccess(state: SecretsState, input: sdk.CreateSecretCommandInput, call: Call): readonly Access[] {
  const resource = state.nextArn(input.Name ?? '', call);
  const tags = requestTagContext(tagMap(input.Tags));
  const replicas = replicaContext(input);
  return [
    { resource, context: { 'secretsmanager:Name': input.Name ?? '', ...settingsContext(input), ...replicas, ...tags } },
    ...(input.Tags?.length ? [{ action: 'secretsmanager:TagResource', resource, context: tags }] : []),
    ...(input.AddReplicaRegions?.length ? [{ action: 'secretsmanager:ReplicateSecretToRegions', resource, context: replicas }] : []),
  ];
}

function settingsContext({ Description, KmsKeyId }: { readonly Description?: string | undefined; readonly KmsKeyId?: string | undefined }): Readonly<Record<string, ContextValue>> {
  return {
    ...(Description !== undefined && { 'secretsmanager:Description': Description }),
    ...(KmsKeyId !== undefined && { 'secretsmanager:KmsKeyId': KmsKeyId }),
    ...(KmsKeyId?.startsWith('arn:') && { 'secretsmanager:KmsKeyArn': KmsKeyId }),
  };
}

function replicaContext(input: Pick<sdk.CreateSecretCommandInput, 'AddReplicaRegions' | 'ForceOverwriteReplicaSecret'>): Readonly<Record<string, ContextValue>> {
  if (!input.AddReplicaRegions?.length) return {};
  return {
    'secretsmanager:AddReplicaRegions': input.AddReplicaRegions.map(({ Region }) => Region ?? ''),
    'secretsmanager:ForceOverwriteReplicaSecret': input.ForceOverwriteReplicaSecret ?? false,
  };
}

function newSecret(arn: string, input: sdk.CreateSecretCommandInput, { account, region }: Call, owningService: string | undefined, now: Date): Secret {
  return {
    account,
    region,
    arn,
    name: input.Name ?? '',
    createdAt: now,
    changedAt: now,
    accessedAt: undefined,
    owningService,
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    tags: tagMap(input.Tags),
    policy: undefined,
    deletion: undefined,
    rotation: undefined,
    versions: new Map(),
    primaryRegion: undefined,
    replicas: new Map(),
  };
}

function repeatedCreation(existing: Secret, token: string | undefined): sdk.CreateSecretResponse {
  if (existing.deletion) throw new AwsError('InvalidRequestException', "You can't create this secret because a secret with this name is already scheduled for deletion.");
  if (token !== undefined && existing.versions.has(token)) return { ARN: existing.arn, Name: existing.name, VersionId: token };
  throw new AwsError('ResourceExistsException', `The operation failed because the secret ${existing.name} already exists.`);
}

/** Versions in use are encrypted anew. https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html */
async function changeKey(secret: Secret, kmsKeyId: string, encryption: SecretEncryption, call: Call): Promise<void> {
  const inUse = [...secret.versions.values()].filter(({ stages, sealed }) => stages.size > 0 && sealed);
  const sealed = await Promise.all(inUse.map(async (version) => encryption.seal(await encryption.open(secret, version, call), secret, version.id, call, kmsKeyId)));
  inUse.forEach((version, index) => {
    version.sealed = sealed[index];
  });
  secret.kmsKeyId = kmsKeyId;
}

function recoveryWindow({ RecoveryWindowInDays, ForceDeleteWithoutRecovery }: sdk.DeleteSecretCommandInput): number {
  if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
    throw new AwsError('InvalidParameterException', "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (ForceDeleteWithoutRecovery) return 0;
  const days = RecoveryWindowInDays ?? DEFAULT_WINDOW_DAYS;
  if (days < SHORTEST_WINDOW_DAYS || days > DEFAULT_WINDOW_DAYS) {
    throw new AwsError('InvalidParameterException', `The RecoveryWindowInDays value must be between ${SHORTEST_WINDOW_DAYS} and ${DEFAULT_WINDOW_DAYS} days (inclusive).`);
  }
  return days;
}

function replicationIn(secret: Secret): Pick<sdk.DescribeSecretResponse, 'ReplicationStatus'> {
  const { ReplicationStatus } = describeSecret(secret);
  return ReplicationStatus ? { ReplicationStatus } : {};
}
