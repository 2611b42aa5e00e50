import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/warm-standby/contract';

export interface StaticStability {
  readonly system: string;
  /** The region that takes over. */
  readonly region: string;
  readonly peerRegion: string;
  readonly witnessRegion: string;
  /** All that a failover to the region runs and rests on, by what it is: functions, state machine, network, service, keys. */
  readonly parts: Readonly<Record<string, Construct>>;
  /** What it rests on that is made elsewhere: names of secrets and keys. */
  readonly names: Readonly<Record<string, unknown>>;
  /** Parts that do reach into the other region, each with the reason why that is none of a failover's conditions. */
  readonly reaching?: Readonly<Record<string, string>>;
}

/** Their control planes are in us-east-1: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html */
const GLOBAL_CONTROL_PLANE = /^(route53|iam|organizations|cloudfront|globalaccelerator|sts:AssumeRole$|s3:(Create|Delete)Bucket|s3:Put(BucketPolicy|ReplicationConfiguration|EncryptionConfiguration|LifecycleConfiguration))/;
const REGION_OF_GLOBAL_SERVICES = 'us-east-1';

/** Where a resource says the other region's name without needing anything there. */
const ONLY_SAID: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': [`Environment.Variables.${ENV.PEER_REGION}`, `Environment.Variables.${ENV.SWITCH_REGION}`],
  // A promotion needs nothing of the source any more.
  'AWS::RDS::DBInstance': ['SourceDBInstanceIdentifier', 'SourceRegion'],
  // A copy that the other region gets, not one that is taken from there.
  'AWS::SecretsManager::Secret': ['ReplicaRegions'],
};

interface Resource {
  readonly Type: string;
  readonly Properties?: unknown;
}

/**
 * Fails the synthesis when a failover to a region would need anything outside of it and the witness: an action of a global
 * control plane in a policy, or the name of the region that may be lost in any property of what it runs and rests on.
 */
export function checkStaticStability(scope: Construct, props: StaticStability): void {
  scope.node.addValidation({ validate: () => findDependencies(scope, props) });
}

function findDependencies(scope: Construct, { system, region, peerRegion, witnessRegion, parts, names, reaching = {} }: StaticStability): string[] {
  const foreign = [peerRegion, REGION_OF_GLOBAL_SERVICES].filter((each) => each !== region && each !== witnessRegion);
  const found = [
    ...Object.entries(parts).flatMap(([part, construct]) => ofConstruct(construct, foreign).map((finding) => ({ part, finding }))),
    ...Object.entries(names).flatMap(([part, value]) => regionsIn(Stack.of(scope).resolve(value), foreign).map(([, each]) => ({ part, finding: `is in ${each}` }))),
  ];
  const needless = Object.keys(reaching).filter((part) => !found.some((each) => each.part === part));
  return [
    ...found.filter(({ part }) => reaching[part] === undefined).map(({ part, finding }) => `failover of ${system} to ${region} is not statically stable: ${part} ${finding}`),
    ...needless.map((part) => `failover of ${system} to ${region}: ${part} is excused and reaches nowhere`),
  ];
}

function ofConstruct(construct: Construct, foreign: readonly string[]): readonly string[] {
  return construct.node.findAll().filter((child) => CfnResource.isCfnResource(child)).flatMap((child) => ofResource(templateOf(child), foreign));
}

function ofResource({ Type, Properties }: Resource, foreign: readonly string[]): readonly string[] {
  const regions = regionsIn(Properties, foreign).filter(([path]) => !(ONLY_SAID[Type] ?? []).some((said) => path.startsWith(said)));
  const actions = stringsIn(Properties).filter(([path, text]) => /(^|\.)Action(\.|$)/.test(path) && !path.startsWith('AssumeRolePolicyDocument') && GLOBAL_CONTROL_PLANE.test(text));
  return [
    ...regions.map(([path, region]) => `needs ${region}: ${Type} ${path}`),
    ...actions.map(([, action]) => `calls ${action}, whose control plane is in ${REGION_OF_GLOBAL_SERVICES}`),
  ];
}

/** The resource as its template will have it. The CDK keeps this method from its documentation, not from its classes. */
function templateOf(resource: CfnResource): Resource {
  const { _toCloudFormation: render } = resource as unknown as { _toCloudFormation: () => unknown };
  const { Resources } = resource.stack.resolve(render.call(resource)) as { readonly Resources: Readonly<Record<string, Resource>> };
  return Object.values(Resources)[0] ?? { Type: resource.cfnResourceType };
}

/** Paths of texts that name one of the regions, and which. */
function regionsIn(value: unknown, regions: readonly string[]): readonly (readonly [path: string, region: string])[] {
  return stringsIn(value).flatMap(([path, text]) => regions.filter((region) => text.includes(region)).map((region) => [path, region] as const));
}

function stringsIn(value: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => stringsIn(each, path === '' ? key : `${path}.${key}`));
}
