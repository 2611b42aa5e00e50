import type { Parameter } from '@aws-sdk/client-rds';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import { AwsError } from '../../../gateway/aws-error';
import type { RdsContext } from '../rds-context';
import { invalidCombination, invalidValue } from '../request-errors';
import type { NoticeSource } from '../notices';
import { clusterSource, instanceSource } from '../schedules';
import type { DbInstance } from '../state/database';
import type { ParameterGroup } from '../state/parameter-group';
import { allowsValue, parameterDefinition, parameterDefinitions } from './parameter-catalogue';
import { reachingServer } from './server-parameters';

const MAX_CHANGES = 20;

/** The parameters of a group; `Source` is `user` for those that somebody set. */
export function listParameters({ settings }: ParameterGroup, source: string | undefined): readonly Parameter[] {
  return parameterDefinitions()
    .map(({ name, dataType, applyType, allowedValues, defaultValue }) => {
      const setting = settings.get(name);
      return {
        ParameterName: name,
        ParameterValue: setting?.value ?? defaultValue,
        Source: setting ? 'user' : 'engine-default',
        ApplyType: applyType,
        DataType: dataType,
        AllowedValues: allowedValues,
        IsModifiable: true,
        ApplyMethod: setting?.applyMethod ?? 'pending-reboot',
      };
    })
    .filter(({ Source }) => source === undefined || Source === source);
}

/** Sets parameters in a group, and at once on the servers that use it where that was asked for; the others wait for a reboot. */
export async function changeParameters(rds: RdsContext, group: ParameterGroup, changes: readonly Parameter[]): Promise<void> {
  if (group.name.startsWith('default.')) throw new AwsError('InvalidDBParameterGroupStateFault', `The parameter group ${group.name} is a default group and cannot be modified.`);
  if (changes.length > MAX_CHANGES) throw invalidCombination(`A maximum of ${MAX_CHANGES} parameters can be modified in a single request.`);
  const checked = changes.map(checkedChange);
  for (const { name, value, applyMethod } of checked) group.settings.set(name, { value, applyMethod });
  const settings = reachingServer(Object.fromEntries(checked.map(({ name, value }) => [name, value])));
  for (const { server, source, instance } of usersOf(rds, group)) {
    if (instance && checked.some(({ applyMethod }) => applyMethod === 'pending-reboot')) instance.pendingReboot = true;
    if (server && Object.keys(settings).length > 0) await apply(rds, server, source, settings);
  }
}

function checkedChange({ ParameterName = '', ParameterValue, ApplyMethod }: Parameter): { readonly name: string; readonly value: string; readonly applyMethod: 'immediate' | 'pending-reboot' } {
  const definition = parameterDefinition(ParameterName);
  if (!definition) throw invalidValue(`Could not find parameter with name: ${ParameterName}`);
  if (ParameterValue === undefined || ApplyMethod === undefined) throw invalidValue(`The parameter ${ParameterName} needs a ParameterValue and an ApplyMethod.`);
  if (ApplyMethod === 'immediate' && definition.applyType === 'static') throw invalidCombination(`cannot use immediate apply method for static parameter ${ParameterName}`);
  if (!allowsValue(definition, ParameterValue)) throw invalidValue(`Invalid parameter value: ${ParameterValue} for: ${ParameterName} allowed values are: ${definition.allowedValues ?? ''}`);
  return { name: ParameterName, value: ParameterValue, applyMethod: ApplyMethod };
}

/** A server that a group is for; that of a cluster without instances is its volume's. */
interface GroupUser {
  readonly server: PostgresServer | undefined;
  readonly source: NoticeSource;
  readonly instance?: DbInstance;
}

function usersOf({ estate }: RdsContext, { kind, name, place }: ParameterGroup): readonly GroupUser[] {
  const state = estate.in(place);
  const instances = [...state.instances.values()].filter(({ parameterGroupName, cluster }) => (kind === 'cluster' ? cluster?.parameterGroupName : parameterGroupName) === name);
  const empty = [...state.clusters.values()].filter((cluster) => kind === 'cluster' && cluster.parameterGroupName === name && state.membersOf(cluster).length === 0);
  return [
    ...instances.map((instance) => ({ server: instance.server, source: instanceSource(instance), instance })),
    ...empty.map((cluster) => ({ server: cluster.volume, source: clusterSource(cluster) })),
  ];
}

/** PostgreSQL takes them all now and keeps those that need a restart for the next one. What it refuses shows as an event. */
async function apply({ turns, notices }: RdsContext, server: PostgresServer, source: NoticeSource, settings: Readonly<Record<string, string>>): Promise<void> {
  try {
    await turns.of(server, () => server.setParameters(settings));
  } catch (error) {
    notices.give(source, 'parametersRefused', (error as Error).message);
  }
}
