import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';

/** One value that a parameter had or has. */
export interface ParameterVersion {
  readonly version: number;
  /** What is stored: for a `SecureString` the ciphertext, in base64. */
  readonly value: string;
  readonly type: ParameterType;
  /** The key of a `SecureString`, as its writer named it. */
  readonly keyId: string | undefined;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly modifiedAt: Date;
  readonly modifiedBy: string;
  readonly labels: Set<string>;
}

/** A parameter with its history, newest version last. */
export interface Parameter extends Place {
  readonly name: string;
  readonly arn: string;
  tags: Record<string, string>;
  readonly versions: ParameterVersion[];
}

/** Parameters of all accounts and regions. */
export class ParameterState {
  private readonly regions = new PerRegion(() => new Map<string, Parameter>());

  in(place: Place): Map<string, Parameter> {
    return this.regions.in(place);
  }

  /** A parameter by name or ARN; nothing when there is none. */
  find(nameOrArn: string, place: Place): Parameter | undefined {
    return this.in(place).get(nameOf(nameOrArn));
  }

  named(nameOrArn: string | undefined, place: Place): Parameter {
    const parameter = this.find(nameOrArn ?? '', place);
    if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${nameOrArn ?? ''} not found.`);
    return parameter;
  }
}

/** Hierarchical names keep their first slash out of the ARN's resource. https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html */
export function parameterArn(nameOrArn: string, place: Place): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return regionalArn('ssm', place, `parameter/${nameOrArn.replace(/^\//, '')}`);
}

/** The newest version, or the one that a selector such as `:3` or `:live` means. */
export function selectVersion({ name, versions }: Parameter, selector: string | undefined): ParameterVersion {
  const found = selector === undefined ? versions.at(-1) : versions.find(({ version, labels }) => String(version) === selector || labels.has(selector));
  if (!found) throw new AwsError('ParameterVersionNotFound', `Systems Manager could not find version ${selector ?? ''} of ${name}. Verify the version and try again.`);
  return found;
}

/** Takes a name such as `/db/host:3` apart. */
export function readSelector(text: string): { readonly name: string; readonly selector: string | undefined } {
  const [, name = text, selector] = /^(arn:[^:]+:ssm:[^:]*:[^:]*:parameter[^:]*|[^:]*)(?::(.+))?$/.exec(text) ?? [];
  return { name, selector };
}

function nameOf(nameOrArn: string): string {
  const path = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(nameOrArn)?.[1];
  if (path === undefined) return nameOrArn;
  return path.indexOf('/', 1) < 0 ? path.slice(1) : path;
}
