import type { PutParameterCommandInput, PutParameterCommandOutput } from '@aws-sdk/client-ssm';
import { AwsError } from '../../gateway/aws-error';
import { nameOf } from '../../gateway/principal';
import type { Call } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import { parameterArn, type Parameter, type ParameterState, type ParameterVersion } from './parameter';
import { DEFAULT_KEY, type ParameterEncryption } from './parameter-encryption';

const NAME = /^[A-Za-z0-9_./-]{1,1011}$/;
const LARGEST_STANDARD_BYTES = 4096;
const LARGEST_ADVANCED_BYTES = 8192;
const MOST_VERSIONS = 100;

/** Creates a parameter or adds a version to it. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export async function putParameter(
  state: ParameterState,
  encryption: ParameterEncryption,
  input: PutParameterCommandInput,
  call: Call,
  now: Date,
): Promise<Omit<PutParameterCommandOutput, '$metadata'>> {
  const { Name: name = '', Value: value = '', Tier: tier = 'Standard' } = input;
  if (!NAME.test(name) || /^\/?(aws|ssm)/i.test(name)) throw invalid(`Parameter name: ${name}, allowed: letters, digits and . - _ /, without aws or ssm in front`);
  const existing = state.find(name, call);
  if (existing && !input.Overwrite) throw new AwsError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
  if (input.Overwrite && input.Tags?.length) throw invalid('Invalid request: tags and overwrite can\'t be used together.');
  checkValue(value, tier, input.AllowedPattern);
  const before = existing?.versions.at(-1);
  const type = input.Type ?? before?.type;
  if (!type) throw invalid('A parameter type is required when you create a parameter.');
  const { account, region } = call;
  const parameter: Parameter = existing ?? { account, region, name, arn: parameterArn(name, call), tags: tagMap(input.Tags), versions: [] };
  const keyId = type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? DEFAULT_KEY) : undefined;
  const version: ParameterVersion = {
    version: (before?.version ?? 0) + 1,
    value: keyId === undefined ? value : await encryption.encrypt(value, keyId, parameter, call),
    type,
    keyId,
    tier: tier === 'Intelligent-Tiering' ? 'Standard' : tier,
    dataType: input.DataType ?? 'text',
    description: input.Description ?? before?.description,
    allowedPattern: input.AllowedPattern ?? before?.allowedPattern,
    modifiedAt: now,
    modifiedBy: nameOf(call.principal),
    labels: new Set(),
  };
  parameter.versions.push(version);
  if (parameter.versions.length > MOST_VERSIONS) parameter.versions.shift();
  state.in(call).set(name, parameter);
  return { Version: version.version, Tier: version.tier };
}

function checkValue(value: string, tier: string, allowedPattern: string | undefined): void {
  const largest = tier === 'Advanced' ? LARGEST_ADVANCED_BYTES : LARGEST_STANDARD_BYTES;
  const bytes = Buffer.byteLength(value);
  if (bytes < 1 || bytes > largest) throw invalid(`the value has ${bytes} bytes, allowed in the ${tier} tier: 1 to ${largest}`);
  if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value)) {
    throw new AwsError('ParameterPatternMismatchException', `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}
