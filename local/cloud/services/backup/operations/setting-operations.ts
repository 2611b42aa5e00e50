import type { Call } from '../../../gateway/service';
import { requestTagContext } from '../../../gateway/tags';
import { BackupAccess } from '../backup-access';
import { parseVaultArn, planArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import { notFound, required } from '../backup-errors';
import { paged, type BackupOperations } from './backup-operations';

const CROSS_ACCOUNT = 'isCrossAccountBackupEnabled';

interface Tagged {
  tags: Record<string, string>;
}

/** Settings of accounts and organizations, and tags. */
export function settingOperations(backup: BackupContext): BackupOperations {
  const { estate, organization, cloud } = backup;
  const to = new BackupAccess(estate);
  const anything = () => to.anything();
  const types = backup.adapters.map(({ resourceType }) => resourceType);
  return {
    DescribeRegionSettings: {
      access: anything,
      run: (_input, call) => {
        const { optIns } = estate.in(call);
        return { ResourceTypeOptInPreference: Object.fromEntries(types.map((type) => [type, optIns.get(type) ?? true])), ResourceTypeManagementPreference: {} };
      },
    },
    UpdateRegionSettings: {
      access: anything,
      run: ({ ResourceTypeOptInPreference = {} }, call) => {
        for (const [type, isOptedIn] of Object.entries(ResourceTypeOptInPreference)) estate.in(call).optIns.set(type, isOptedIn);
        return {};
      },
    },
    DescribeGlobalSettings: {
      access: anything,
      run: () => ({ GlobalSettings: { [CROSS_ACCOUNT]: String(organization.allowsCrossAccountCopies) }, LastUpdateTime: organization.updatedAt }),
    },
    UpdateGlobalSettings: {
      access: anything,
      run: ({ GlobalSettings = {} }, call) => {
        organization.allowCrossAccountCopies(call.account, GlobalSettings[CROSS_ACCOUNT] === 'true', cloud.clock.now());
        return {};
      },
    },
    GetSupportedResourceTypes: { access: anything, run: () => ({ ResourceTypes: types }) },
    TagResource: {
      access: ({ ResourceArn, Tags }, call) => to.tagged(call, ResourceArn, find(backup, call, ResourceArn)?.tags ?? {}, requestTagContext(Tags ?? {})),
      run: ({ ResourceArn, Tags }, call) => {
        const resource = tagged(backup, call, ResourceArn);
        resource.tags = { ...resource.tags, ...Tags };
        return {};
      },
    },
    UntagResource: {
      access: ({ ResourceArn, TagKeyList = [] }, call) => to.tagged(call, ResourceArn, find(backup, call, ResourceArn)?.tags ?? {}, TagKeyList.length > 0 ? { 'aws:TagKeys': TagKeyList } : {}),
      run: ({ ResourceArn, TagKeyList = [] }, call) => {
        const resource = tagged(backup, call, ResourceArn);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeyList.includes(key)));
        return {};
      },
    },
    ListTags: {
      access: ({ ResourceArn }, call) => to.tagged(call, ResourceArn, find(backup, call, ResourceArn)?.tags ?? {}),
      run: ({ ResourceArn, ...paging }, call) => {
        const { items, NextToken } = paged(Object.entries(tagged(backup, call, ResourceArn).tags), paging);
        return { Tags: Object.fromEntries(items), NextToken };
      },
    },
  };
}

function tagged(backup: BackupContext, call: Call, arn: string | undefined): Tagged {
  const resource = find(backup, call, required('ResourceArn', arn));
  if (!resource) throw notFound(`Resource ${arn ?? ''} is not found.`);
  return resource;
}

function find({ estate }: BackupContext, call: Call, arn = ''): Tagged | undefined {
  const state = estate.in(call);
  return (
    state.vaults.get(parseVaultArn(arn)?.name ?? '') ??
    [...state.plans.values()].find(({ id, place }) => planArn(place, id) === arn) ??
    [...state.reportPlans.values()].find((plan) => plan.arn === arn) ??
    [...state.frameworks.values()].find((framework) => framework.arn === arn) ??
    estate.vaultOf(call, arn)?.recoveryPoints.get(arn)
  );
}
