import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { CloudClient } from '../gateway/cloud-client';
import { TemplateError } from './template-properties';

const REFERENCE = /\{\{resolve:(secretsmanager|ssm|ssm-secure):([^}]+)\}\}/g;
const SECRET = /^(arn:aws[\w-]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?)?$/;
const PARAMETER = /^([\w./-]+)(?::(\d+))?$/;

/**
 * Replaces references such as `{{resolve:secretsmanager:orders:SecretString:password}}` in resolved properties by what they
 * mean at this moment, read with the permissions of the deployment.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export async function resolveDynamicReferences(value: unknown, aws: CloudClient): Promise<unknown> {
  if (typeof value === 'string') return resolveText(value, aws);
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolveDynamicReferences(item, aws)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await resolveDynamicReferences(item, aws)] as const));
  return Object.fromEntries(entries);
}

async function resolveText(text: string, aws: CloudClient): Promise<string> {
  const found = [...text.matchAll(REFERENCE)];
  const values = await Promise.all(found.map(([whole, service, reference = '']) => (service === 'secretsmanager' ? readSecret(whole, reference, aws) : readParameter(whole, reference, aws))));
  return text.replace(REFERENCE, () => values.shift() ?? '');
}

async function readSecret(whole: string, reference: string, aws: CloudClient): Promise<string> {
  const match = SECRET.exec(reference);
  if (!match) throw new TemplateError(`${whole} is no dynamic reference, expected {{resolve:secretsmanager:SECRET:SecretString:KEY:STAGE:VERSION}}`);
  const [, SecretId, key, stage, version] = match;
  const { SecretString = '' } = await aws.send(new GetSecretValueCommand({ SecretId, VersionStage: stage || undefined, VersionId: version || undefined }));
  if (!key) return SecretString;
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[key];
  if (value === undefined) throw new TemplateError(`${whole}: the secret has no key ${key}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function readParameter(whole: string, reference: string, aws: CloudClient): Promise<string> {
  const match = PARAMETER.exec(reference);
  if (!match) throw new TemplateError(`${whole} is no dynamic reference, expected {{resolve:ssm:NAME:VERSION}}`);
  const [, name = '', version] = match;
  const { Parameter } = await aws.send(new GetParameterCommand({ Name: version === undefined ? name : `${name}:${version}`, WithDecryption: true }));
  return Parameter?.Value ?? '';
}
