import type { ClusterParameterGroup as ApiGroup } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { byName, page } from '../../rds/describe/listing';
import { invalidValue, required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { newIdentifier } from '../cluster-rules';
import { checkParameter, isFamily, listParameters, parameterGroup } from '../parameters/cluster-parameters';
import type { RedshiftContext } from '../redshift-context';
import { hasTags, requestedTags } from '../request';
import type { ClusterParameterGroup } from '../state/estate';
import type { RedshiftOperations } from './redshift-operations';

/** The operations on cluster parameter groups. */
export function parameterGroupOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const access = ({ ParameterGroupName }: { ParameterGroupName?: string | undefined }, call: Call) => [to.existing('parametergroup', call, ParameterGroupName)];
  const named = (call: Call, name: string | undefined) => parameterGroup(redshift.estate, call, required('ParameterGroupName', name));
  return {
    CreateClusterParameterGroup: {
      access: (input, call) => to.created('parametergroup', call, input.ParameterGroupName, input.Tags),
      run: (input, call) => {
        const name = newIdentifier('ParameterGroupName', input.ParameterGroupName);
        const groups = redshift.estate.in(call).parameterGroups;
        const family = required('ParameterGroupFamily', input.ParameterGroupFamily);
        const most = redshift.quotas.limitOf('parameterGroups', call);
        if (!isFamily(family)) throw invalidValue(`Invalid parameter group family: ${family}`);
        if (groups.has(name)) throw new AwsError('ClusterParameterGroupAlreadyExistsFault', `The cluster parameter group ${name} already exists.`);
        if (groups.size >= most) throw new AwsError('ClusterParameterGroupQuotaExceededFault', `The request would exceed the quota of ${most} cluster parameter groups.`);
        const group: ClusterParameterGroup = {
          place: { account: call.account, region: call.region },
          name,
          family,
          description: required('Description', input.Description),
          settings: new Map(),
          tags: requestedTags(input.Tags),
        };
        groups.set(name, group);
        redshift.notices.give({ place: group.place, identifier: name }, 'groupCreated');
        return { ClusterParameterGroup: describe(group) };
      },
    },
    DescribeClusterParameterGroups: {
      access: () => [{ resource: '*' }],
      run: ({ ParameterGroupName, TagKeys, TagValues, ...paging }, call) => {
        const groups = ParameterGroupName === undefined ? byName(redshift.estate.in(call).parameterGroups.values(), ({ name }) => name) : [named(call, ParameterGroupName)];
        const { items, Marker } = page(groups.filter(({ tags }) => hasTags(tags, TagKeys, TagValues)), paging);
        return { ParameterGroups: items.map(describe), Marker };
      },
    },
    DescribeClusterParameters: {
      access,
      run: ({ ParameterGroupName, Source, ...paging }, call) => {
        const { family, settings } = named(call, ParameterGroupName);
        const { items, Marker } = page(listParameters(family, settings, Source), paging);
        return { Parameters: items, Marker };
      },
    },
    ModifyClusterParameterGroup: {
      access,
      run: ({ ParameterGroupName, Parameters = [] }, call) => {
        const group = named(call, ParameterGroupName);
        refuseDefault(group, 'modified');
        const changes = Parameters.map(checkParameter);
        for (const { name, value } of changes) group.settings.set(name, value);
        changed(redshift, group);
        return { ParameterGroupName: group.name, ParameterGroupStatus: 'Your parameter group has been updated. If you changed only dynamic parameters, associated clusters are being modified now. If you changed static parameters, all updates, including dynamic parameters, will be applied when you reboot the associated clusters.' };
      },
    },
    ResetClusterParameterGroup: {
      access,
      run: ({ ParameterGroupName, ResetAllParameters = true, Parameters = [] }, call) => {
        const group = named(call, ParameterGroupName);
        refuseDefault(group, 'modified');
        if (Parameters.length === 0 && ResetAllParameters) group.settings.clear();
        for (const { ParameterName = '' } of Parameters) group.settings.delete(ParameterName);
        changed(redshift, group);
        return { ParameterGroupName: group.name, ParameterGroupStatus: 'Your parameter group has been updated but changes won\'t get applied until you reboot the associated Clusters.' };
      },
    },
    DeleteClusterParameterGroup: {
      access,
      run: ({ ParameterGroupName }, call) => {
        const group = named(call, ParameterGroupName);
        refuseDefault(group, 'deleted');
        const state = redshift.estate.in(call);
        if ([...state.clusters.values()].some(({ parameterGroupName }) => parameterGroupName === group.name)) {
          throw new AwsError('InvalidClusterParameterGroupStateFault', `The cluster parameter group ${group.name} cannot be deleted because clusters use it.`);
        }
        state.parameterGroups.delete(group.name);
        redshift.notices.give({ place: group.place, identifier: group.name }, 'groupDeleted');
        return {};
      },
    },
  };
}

function refuseDefault({ name }: ClusterParameterGroup, verb: string): void {
  if (name.startsWith('default.')) throw new AwsError('InvalidClusterParameterGroupStateFault', `The default cluster parameter group ${name} cannot be ${verb}.`);
}

/** All but the configuration of queues waits for a reboot. */
function changed({ estate, notices }: RedshiftContext, { place, name }: ClusterParameterGroup): void {
  notices.give({ place, identifier: name }, 'groupChanged');
  for (const cluster of estate.in(place).clusters.values()) {
    if (cluster.parameterGroupName !== name) continue;
    cluster.parametersPending = true;
    notices.give(cluster, 'parametersChanged', name);
  }
}

function describe({ name, family, description, tags }: ClusterParameterGroup): ApiGroup {
  return { ParameterGroupName: name, ParameterGroupFamily: family, Description: description, Tags: tagList(tags) };
}
