import { Bucket } from '../../../lambda/common/aws/bucket';
import { Executions } from '../../../lambda/common/aws/executions';
import { RemoteFunction } from '../../../lambda/common/aws/remote-function';
import { InvalidInput } from '../../../lambda/common/errors';
import { environmentOf } from '../../../lib/config/deployment';
import type { Location } from '../../../lib/config/fields';
import type { WarmStandbyConfig } from '../../../lib/config/warm-standby';
import { namesOf, type SystemNames } from '../../../lib/warm-standby/names';
import type { Operator } from '../../command-line/operator';

/** A configured system and the places of its regions. */
export interface System {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly places: Readonly<Record<'primary' | 'standby', Location>>;
}

/** One region of a system, with the operator's credentials. */
export interface Region {
  readonly rebuilds: Pick<Executions, 'start'>;
  readonly reports: Pick<Bucket, 'readJson'>;
  /** Calls one of its functions by the name of its operation. */
  call<Output>(operation: string, input: unknown): Promise<Output>;
}

/** Opens a region of a system by its name; without one it is the primary. */
export type OpenRegion = (operator: Operator, name: string, regionName: string | undefined) => Promise<Region>;

/** Raises `InvalidInput` naming the systems that there are. */
export function openSystem(operator: Operator, name: string): System {
  const deployment = operator.deployment();
  const config = deployment.warmStandby.find((candidate) => candidate.name === name);
  if (!config) {
    const known = deployment.warmStandby.map((candidate) => candidate.name);
    throw new InvalidInput(`deployment ${deployment.name}`, [`system: ${JSON.stringify(name)} is not allowed, expected one of ${known.join(', ')}`]);
  }
  const at = (region: string): Location => ({ account: config.account, region });
  const places = { primary: at(config.primary.region), standby: at(config.standby.region) };
  return { config, names: namesOf(config, environmentOf(deployment, places.primary).account), places };
}

/** Raises `InvalidInput` when the system is in other regions. Without a region it is the primary. */
export async function openRegion(operator: Operator, name: string, regionName: string | undefined): Promise<Region> {
  const { names, places } = openSystem(operator, name);
  const own = [names.primary, names.standby].find(({ region }) => region === (regionName ?? names.primary.region));
  if (!own) throw new InvalidInput('region', [`${JSON.stringify(regionName)} is not allowed, expected ${names.primary.region} or ${names.standby.region}`]);
  const target = await operator.actIn(places[own.role]);
  return {
    rebuilds: Executions.in(target, `arn:aws:states:${own.region}:${names.account}:stateMachine:${own.rebuildStateMachine}`),
    reports: Bucket.in(target, own.reportBucket),
    call: (operation, input) => RemoteFunction.in(target, own.functionName(operation)).call(input),
  };
}
