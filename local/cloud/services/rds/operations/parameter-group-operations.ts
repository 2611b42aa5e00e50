import type { DBClusterParameterGroup, DBParameterGroup, Parameter, Tag } from '@aws-sdk/client-rds';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { RdsAccess } from '../access/rds-access';
import { byName, page } from '../describe/listing';
import { isFamily } from '../engine-versions';
import { LONGEST_SNAPSHOT_IDENTIFIER, newIdentifier } from '../identifiers';
import { parameterGroup } from '../parameters/server-parameters';
import { changeParameters, listParameters } from '../parameters/group-parameters';
import { QUOTAS } from '../quotas';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidValue, required } from '../request-errors';
import type { ParameterGroup, ParameterGroupKind } from '../state/parameter-group';
import { requestedTags } from '../tagging';
import type { RdsOperations } from './rds-operations';

/** The operations on cluster parameter groups and DB parameter groups. */
export function parameterGroupOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  const groupsOf = (kind: ParameterGroupKind, call: Call, name: string | undefined) =>
    name === undefined ? byName(rds.estate.in(call).parameterGroups[kind].values(), (group) => group.name) : [parameterGroup(rds, kind, call, name.toLowerCase())];
  const named = (kind: ParameterGroupKind, call: Call, parameter: string, name: string | undefined) => parameterGroup(rds, kind, call, required(parameter, name).toLowerCase());
  return {
    CreateDBClusterParameterGroup: {
      access: (input, call) => to.created('cluster-pg', call, input.DBClusterParameterGroupName, input.Tags),
      run: (input, call) => ({ DBClusterParameterGroup: describeCluster(create(rds, 'cluster', call, 'DBClusterParameterGroupName', input.DBClusterParameterGroupName, input)) }),
    },
    CreateDBParameterGroup: {
      access: (input, call) => to.created('pg', call, input.DBParameterGroupName, input.Tags),
      run: (input, call) => ({ DBParameterGroup: describeInstance(create(rds, 'instance', call, 'DBParameterGroupName', input.DBParameterGroupName, input)) }),
    },
    DescribeDBClusterParameterGroups: {
      access: (input, call) => [to.existing('cluster-pg', call, input.DBClusterParameterGroupName)],
      run: ({ DBClusterParameterGroupName, ...paging }, call) => {
        const { items, Marker } = page(groupsOf('cluster', call, DBClusterParameterGroupName), paging);
        return { DBClusterParameterGroups: items.map(describeCluster), Marker };
      },
    },
    DescribeDBParameterGroups: {
      access: (input, call) => [to.existing('pg', call, input.DBParameterGroupName)],
      run: ({ DBParameterGroupName, ...paging }, call) => {
        const { items, Marker } = page(groupsOf('instance', call, DBParameterGroupName), paging);
        return { DBParameterGroups: items.map(describeInstance), Marker };
      },
    },
    DescribeDBClusterParameters: {
      access: (input, call) => [to.existing('cluster-pg', call, input.DBClusterParameterGroupName)],
      run: ({ DBClusterParameterGroupName, Source, ...paging }, call) => parameters(named('cluster', call, 'DBClusterParameterGroupName', DBClusterParameterGroupName), Source, paging),
    },
    DescribeDBParameters: {
      access: (input, call) => [to.existing('pg', call, input.DBParameterGroupName)],
      run: ({ DBParameterGroupName, Source, ...paging }, call) => parameters(named('instance', call, 'DBParameterGroupName', DBParameterGroupName), Source, paging),
    },
    ModifyDBClusterParameterGroup: {
      access: (input, call) => [to.existing('cluster-pg', call, input.DBClusterParameterGroupName)],
      run: async ({ DBClusterParameterGroupName, Parameters }, call) => {
        const group = named('cluster', call, 'DBClusterParameterGroupName', DBClusterParameterGroupName);
        await changeParameters(rds, group, Parameters ?? []);
        return { DBClusterParameterGroupName: group.name };
      },
    },
    ModifyDBParameterGroup: {
      access: (input, call) => [to.existing('pg', call, input.DBParameterGroupName)],
      run: async ({ DBParameterGroupName, Parameters }, call) => {
        const group = named('instance', call, 'DBParameterGroupName', DBParameterGroupName);
        await changeParameters(rds, group, Parameters ?? []);
        return { DBParameterGroupName: group.name };
      },
    },
    DeleteDBClusterParameterGroup: {
      access: (input, call) => [to.existing('cluster-pg', call, input.DBClusterParameterGroupName)],
      run: ({ DBClusterParameterGroupName }, call) => remove(rds, named('cluster', call, 'DBClusterParameterGroupName', DBClusterParameterGroupName)),
    },
    DeleteDBParameterGroup: {
      access: (input, call) => [to.existing('pg', call, input.DBParameterGroupName)],
      run: ({ DBParameterGroupName }, call) => remove(rds, named('instance', call, 'DBParameterGroupName', DBParameterGroupName)),
    },
  };
}

function create(
  { estate }: RdsContext,
  kind: ParameterGroupKind,
  call: Call,
  parameter: string,
  requestedName: string | undefined,
  input: { readonly DBParameterGroupFamily: string | undefined; readonly Description: string | undefined; readonly Tags?: Tag[] | undefined },
): ParameterGroup {
  const name = newIdentifier(parameter, requestedName, LONGEST_SNAPSHOT_IDENTIFIER);
  const groups = estate.in(call).parameterGroups[kind];
  const family = required('DBParameterGroupFamily', input.DBParameterGroupFamily);
  if (!isFamily(family)) throw invalidValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
  if (groups.has(name)) throw new AwsError('DBParameterGroupAlreadyExistsFault', `Parameter group ${name} already exists`);
  if (groups.size >= QUOTAS.parameterGroups) throw new AwsError('DBParameterGroupQuotaExceededFault', `The request would exceed the quota of ${QUOTAS.parameterGroups} parameter groups.`);
  const group: ParameterGroup = {
    kind,
    place: { account: call.account, region: call.region },
    name,
    family,
    description: required('Description', input.Description),
    settings: new Map(),
    tags: requestedTags(input.Tags),
  };
  groups.set(name, group);
  return group;
}

function remove({ estate }: RdsContext, { kind, place, name }: ParameterGroup): Record<string, never> {
  if (name.startsWith('default.')) throw new AwsError('InvalidDBParameterGroupStateFault', `The default parameter group ${name} cannot be deleted.`);
  const state = estate.in(place);
  const databases = kind === 'cluster' ? state.clusters.values() : state.instances.values();
  if ([...databases].some(({ parameterGroupName }) => parameterGroupName === name)) {
    throw new AwsError('InvalidDBParameterGroupStateFault', `One or more database instances are still members of this parameter group ${name}, so the group cannot be deleted`);
  }
  state.parameterGroups[kind].delete(name);
  return {};
}

function parameters(group: ParameterGroup, source: string | undefined, paging: { MaxRecords?: number | undefined; Marker?: string | undefined }): { Parameters: Parameter[]; Marker: string | undefined } {
  const { items, Marker } = page(listParameters(group, source), paging);
  return { Parameters: items, Marker };
}

function describeCluster({ name, family, description, place }: ParameterGroup): DBClusterParameterGroup {
  return { DBClusterParameterGroupName: name, DBParameterGroupFamily: family, Description: description, DBClusterParameterGroupArn: rdsArn('cluster-pg', place, name) };
}

function describeInstance({ name, family, description, place }: ParameterGroup): DBParameterGroup {
  return { DBParameterGroupName: name, DBParameterGroupFamily: family, Description: description, DBParameterGroupArn: rdsArn('pg', place, name) };
}
