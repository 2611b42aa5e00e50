import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RegionNames, SystemNames } from './names';
import type { StandbyFunction } from './standby-function';

export interface StaticStability {
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly peer: RegionNames;
  readonly witnessRegion: string;
  /** The functions that run when the other region is lost. */
  readonly path: readonly StandbyFunction[];
  /** What else the path rests on: images, secrets, keys, the definition of the state machine. */
  readonly restsOn: Readonly<Record<string, unknown>>;
}

/** Their control planes are in us-east-1: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html */
const GLOBAL_CONTROL_PLANES = /^(route53|iam|organizations|cloudfront|globalaccelerator|sts:AssumeRole$|route53-recovery)/;
const REGION_OF_GLOBAL_SERVICES = 'us-east-1';

/**
 * Fails the synthesis when a failover would need anything outside its own region and the witness: an action of a global
 * control plane, or a name of the region that may be lost in a permission, a variable, an image, a secret, a key or a state.
 */
export function checkStaticStability(scope: Construct, props: StaticStability): void {
  scope.node.addValidation({ validate: () => findDependencies(scope, props) });
}

function findDependencies(scope: Construct, { names, own, peer, witnessRegion, path, restsOn }: StaticStability): string[] {
  const stack = Stack.of(scope);
  const forbidden = [peer.region, REGION_OF_GLOBAL_SERVICES].filter((region) => region !== own.region && region !== witnessRegion);
  const foreign = (value: unknown) => forbidden.filter((region) => JSON.stringify(stack.resolve(value)).includes(region));
  const say = (what: string, where: string) => `failover of ${names.system} to ${own.region} is not statically stable: ${what} ${where}`;
  return [
    ...path.flatMap(({ operation, permissions, variables }) => [
      ...permissions.flatMap(({ actions }) => actions.filter((action) => GLOBAL_CONTROL_PLANES.test(action)).map((action) => say(operation, `calls ${action}, whose control plane is in ${REGION_OF_GLOBAL_SERVICES}`))),
      ...permissions.flatMap(({ actions, resources }) => foreign(resources).map((region) => say(operation, `needs ${actions.join(', ')} in ${region}`))),
      ...Object.entries(variables).flatMap(([name, value]) => (name === 'PEER_REGION' ? [] : foreign(value).map((region) => say(operation, `has ${region} in ${name}`)))),
    ]),
    ...Object.entries(restsOn).flatMap(([name, value]) => foreign(value).map((region) => say(name, `is in ${region}`))),
  ];
}
