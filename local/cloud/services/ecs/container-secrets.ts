import type { Secret } from '@aws-sdk/client-ecs';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import { TaskStartFailure } from './image-pull';

/** Reads what containers get as secrets, with the execution role. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
export async function readSecrets(secrets: readonly Secret[] | undefined, role: CloudClient | undefined): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name = '', valueFrom = '' } of secrets ?? []) {
    if (!role) throw failure('The task definition has no execution role', valueFrom);
    try {
      values[name] = valueFrom.includes(':secretsmanager:') ? await secretValue(valueFrom, role) : await parameterValue(valueFrom, role);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw failure(`${error.code}: ${error.message}`, valueFrom);
    }
  }
  return values;
}

/** `<secret ARN>[:<JSON key>:<version stage>:<version id>]` */
async function secretValue(valueFrom: string, role: CloudClient): Promise<string> {
  const parts = valueFrom.split(':');
  const SecretId = parts.slice(0, 7).join(':');
  const [key, VersionStage, VersionId] = parts.slice(7);
  const { SecretString = '' } = await inRegionOf(SecretId, role).send(new GetSecretValueCommand({ SecretId, VersionStage: VersionStage || undefined, VersionId: VersionId || undefined }));
  if (!key) return SecretString;
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[key];
  if (value === undefined) throw failure(`retrieved secret from Secrets Manager did not contain json key ${key}`, valueFrom);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function parameterValue(valueFrom: string, role: CloudClient): Promise<string> {
  const name = parseArn(valueFrom)?.resource.replace(/^parameter(?=\/)/, '').replace(/^\/(?=[^/]+$)/, '') ?? valueFrom;
  const { Parameters, InvalidParameters } = await inRegionOf(valueFrom, role).send(new GetParametersCommand({ Names: [name], WithDecryption: true }));
  const value = Parameters?.[0]?.Value;
  if (value === undefined || InvalidParameters?.length) throw failure(`invalid parameters: ${name}`, valueFrom);
  return value;
}

/** Names are looked up in the task's own region, ARNs where they say. */
function inRegionOf(reference: string, role: CloudClient): CloudClient {
  const region = parseArn(reference)?.region;
  return region ? role.inRegion(region) : role;
}

function failure(cause: string, valueFrom: string): TaskStartFailure {
  return new TaskStartFailure(`ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from ${valueFrom.includes(':secretsmanager:') ? 'asm' : 'ssm'}: ${cause}`);
}
