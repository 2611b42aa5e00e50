import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { matchesFilters } from './list-filters';
import { CURRENT, moveStage, versionAt, type Secret, type SecretVersion } from './secret';
import { secretAccess } from './secret-access';
import type { SecretPorts } from './secret-operations';
import { checkMayChange, refuseDeleted } from './secret-rules';
import { valueIn } from './secret-versions';

/** Reading and writing the values of secrets. */
export function valueOperations({ state, clock, encryption, versions, replication }: SecretPorts, context: CloudContext): Operations<typeof sdk> {
  const bySecretId = ({ SecretId }: { SecretId: string | undefined }, call: Call) => secretAccess(state, SecretId, call);
  return {
    GetSecretValue: {
      access: ({ SecretId, VersionId, VersionStage }, call) =>
        secretAccess(state, SecretId, call, {
          ...(VersionId !== undefined && { 'secretsmanager:VersionId': VersionId }),
          ...(VersionId === undefined && { 'secretsmanager:VersionStage': VersionStage ?? CURRENT }),
        }),
      run: async ({ SecretId, VersionId, VersionStage }, call) => {
        const secret = state.named(SecretId, call);
        refuseDeleted(secret);
        const version = versionWanted(secret, VersionId, VersionStage);
        const value = await encryption.open(secret, version, call);
        secret.accessedAt = version.lastAccessedAt = clock.now();
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, ...value, VersionStages: [...version.stages], CreatedDate: version.createdAt };
      },
    },
    BatchGetSecretValue: {
      // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html: each secret is asked about by itself.
      access: ({ Filters }) => [{ resource: '*' }, ...(Filters ? [{ action: 'secretsmanager:ListSecrets', resource: '*' }] : [])],
      run: async ({ SecretIdList, Filters, MaxResults = 20, NextToken }, call) => {
        const ids = SecretIdList ?? wantedIds(state.secretsOf(call), Filters);
        const page = pageOf(ids, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
        const SecretValues: sdk.SecretValueEntry[] = [];
        const Errors: sdk.APIErrorType[] = [];
        for (const SecretId of page.items) {
          try {
            SecretValues.push(await context.as(call.principal, call, call.via).send(new GetSecretValueCommand({ SecretId })));
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
          }
        }
        return { SecretValues, Errors, NextToken: page.nextToken };
      },
    },
    PutSecretValue: {
      access: bySecretId,
      run: async (input, call) => {
        const secret = state.named(input.SecretId, call);
        checkMayChange(secret, call);
        const value = valueIn(input);
        if (!value) throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
        const version = await versions.put(secret, { value, token: input.ClientRequestToken, stages: input.VersionStages ?? [CURRENT] }, call);
        replication.synchronise(secret, call);
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
      },
    },
    UpdateSecretVersionStage: {
      access: ({ SecretId, VersionStage = '' }, call) => secretAccess(state, SecretId, call, { 'secretsmanager:VersionStage': VersionStage }),
      run: ({ SecretId, VersionStage = '', RemoveFromVersionId, MoveToVersionId }, call) => {
        const secret = state.named(SecretId, call);
        checkMayChange(secret, call);
        relabel(secret, VersionStage, RemoveFromVersionId, MoveToVersionId);
        replication.synchronise(secret, call);
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    ListSecretVersionIds: {
      access: bySecretId,
      run: ({ SecretId, IncludeDeprecated, MaxResults = 100, NextToken }, call) => {
        const secret = state.named(SecretId, call);
        const listed = [...secret.versions.values()].filter(({ stages }) => IncludeDeprecated || stages.size > 0);
        const page = pageOf(listed, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
        return { ARN: secret.arn, Name: secret.name, Versions: page.items.map(describeVersion), NextToken: page.nextToken };
      },
    },
  };
}

function versionWanted(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const version = id === undefined ? versionAt(secret, stage ?? CURRENT) : secret.versions.get(id);
  if (id !== undefined && version && stage !== undefined && !version.stages.has(stage)) {
    throw new AwsError('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.');
  }
  if (version?.sealed) return version;
  const wanted = id === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${id}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${wanted}`);
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
function relabel(secret: Secret, stage: string, from: string | undefined, to: string | undefined): void {
  const holder = versionAt(secret, stage);
  if (holder && holder.id !== from && holder.id !== to) {
    throw new AwsError('InvalidParameterException', `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`);
  }
  if (from !== undefined && !secret.versions.get(from)?.stages.has(stage)) {
    throw new AwsError('InvalidParameterException', `The staging label ${stage} is not attached to version ${from}.`);
  }
  if (to === undefined) {
    if (stage === CURRENT) throw new AwsError('InvalidParameterException', `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`);
    holder?.stages.delete(stage);
    return;
  }
  const target = secret.versions.get(to);
  if (!target) throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${to}`);
  moveStage(secret, stage, target);
}

function wantedIds(secrets: readonly Secret[], filters: readonly sdk.Filter[] | undefined): readonly string[] {
  if (!filters) throw new AwsError('InvalidParameterException', 'You must provide either SecretIdList or Filters.');
  return secrets.filter((secret) => !secret.deletion && matchesFilters(secret, filters)).map(({ arn }) => arn);
}

function describeVersion({ id, stages, createdAt, lastAccessedAt, sealed }: SecretVersion): sdk.SecretVersionsListEntry {
  return {
    VersionId: id,
    VersionStages: [...stages],
    CreatedDate: createdAt,
    ...(lastAccessedAt && { LastAccessedDate: lastAccessedAt }),
    ...(sealed && { KmsKeyIds: [sealed.keyArn] }),
  };
}
