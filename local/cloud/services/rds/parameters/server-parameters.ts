import type { ServerParameters } from '../../../engines/postgres/server-configuration';
import { found, type Place } from '../../../gateway/service';
import { familyOf, isFamily } from '../engine-versions';
import type { RdsContext } from '../rds-context';
import type { DbCluster, DbInstance } from '../state/database';
import type { ParameterGroup, ParameterGroupKind } from '../state/parameter-group';
import { parameterDefinition, parameterDefinitions } from './parameter-catalogue';

type Ports = Pick<RdsContext, 'estate'>;

type NotFoundCode = 'DBParameterGroupNotFoundFault' | 'DBClusterParameterGroupNotFoundFault';

/**
 * The group of the place under this name. A family's default group is there for everybody.
 *
 * Operations on groups of either kind have one error for a group that is not there; operations on clusters have their own.
 */
export function parameterGroup({ estate }: Ports, kind: ParameterGroupKind, place: Place, name: string, notFound: NotFoundCode = 'DBParameterGroupNotFoundFault'): ParameterGroup {
  const groups = estate.in(place).parameterGroups[kind];
  const [, family] = /^default\.(.+)$/.exec(name) ?? [];
  if (family !== undefined && isFamily(family) && !groups.has(name)) {
    groups.set(name, { kind, place, name, family, description: `Default ${kind === 'cluster' ? 'cluster ' : ''}parameter group for ${family}`, settings: new Map(), tags: {} });
  }
  return found(groups.get(name), notFound, `${kind === 'cluster' ? 'DBClusterParameterGroup' : 'DBParameterGroup'} not found: ${name}`);
}

export function defaultGroupName(engine: string, engineVersion: string): string {
  return `default.${familyOf(engine, engineVersion)}`;
}

/** What the server of a cluster's volume runs with, before an instance adds its own. */
export function clusterParameters(rds: Ports, { place, parameterGroupName }: DbCluster): ServerParameters {
  return { ...defaults(), ...ofServer(parameterGroup(rds, 'cluster', place, parameterGroupName)) };
}

/** What an instance's own group sets. */
export function ownParameters(rds: Ports, { place, parameterGroupName }: DbInstance): ServerParameters {
  return ofServer(parameterGroup(rds, 'instance', place, parameterGroupName));
}

/** What the server of an instance runs with. */
export function instanceParameters(rds: Ports, instance: DbInstance): ServerParameters {
  return { ...(instance.cluster ? clusterParameters(rds, instance.cluster) : defaults()), ...ownParameters(rds, instance) };
}

/** The settings among these that reach the server. */
export function reachingServer(settings: Readonly<Record<string, string>>): ServerParameters {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => parameterDefinition(name)?.reachesServer));
}

function ofServer({ settings }: ParameterGroup): ServerParameters {
  return reachingServer(Object.fromEntries([...settings].map(([name, { value }]) => [name, value])));
}

function defaults(): ServerParameters {
  return Object.fromEntries(parameterDefinitions().flatMap(({ name, defaultValue, reachesServer }) => (defaultValue !== undefined && reachesServer ? [[name, defaultValue]] : [])));
}
