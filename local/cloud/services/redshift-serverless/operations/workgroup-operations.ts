import { randomUUID } from 'node:crypto';
import type { CreateWorkgroupRequest } from '@aws-sdk/client-redshift-serverless';
import type { Call } from '../../../gateway/service';
import { nameOf } from '../../../gateway/principal';
import { haveServiceLinkedRole } from '../../iam/have-service-linked-role';
import { lookAtNetwork } from '../../redshift/access/dependent-actions';
import { TemporaryLogins } from '../../redshift/storage/temporary-login';
import { describeWorkgroup } from '../describe';
import { closeEndpoint, openEndpoint } from '../endpoints';
import { SERVERLESS_LIFE_CYCLE } from '../life-cycle';
import { ServerlessAccess, tagsOf } from '../serverless-access';
import { conflict, invalid, paged, required, type ServerlessContext } from '../serverless-context';
import type { Workgroup } from '../state/estate';
import { idle } from './namespace-operations';
import type { ServerlessOperations } from './serverless-operations';

const NAME = /^[a-z0-9-]{3,64}$/;
const DEFAULT_PORT = 5439;
/** In Redshift processing units. https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html */
const DEFAULT_CAPACITY = 128;
const CREDENTIAL_SECONDS = 900;
/** https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html */
const FEWEST_ZONES = 3;

/** Workgroups, and credentials for them. */
export function workgroupOperations(serverless: ServerlessContext): ServerlessOperations {
  const { cloud, estate, passages } = serverless;
  const to = new ServerlessAccess(estate);
  const logins = new TemporaryLogins(cloud.clock);
  const access = ({ workgroupName }: { workgroupName?: string | undefined }, call: Call) => [to.workgroup(call, workgroupName)];
  return {
    CreateWorkgroup: {
      access: ({ tags }, call) => [...to.created('workgroup', call, tags), ...lookAtNetwork()],
      run: async (input, call) => ({ workgroup: describeWorkgroup(await createWorkgroup(serverless, input, call)) }),
    },
    GetWorkgroup: { access, run: ({ workgroupName }, call) => ({ workgroup: describeWorkgroup(estate.workgroup(call, workgroupName)) }) },
    ListWorkgroups: {
      access: () => to.anything(),
      run: (input, call) => {
        const { items, nextToken } = paged([...estate.in(call).workgroups.values()], input);
        return { workgroups: items.map(describeWorkgroup), nextToken };
      },
    },
    UpdateWorkgroup: {
      access,
      run: (input, call) => {
        const workgroup = idle(estate.workgroup(call, input.workgroupName));
        workgroup.baseCapacity = input.baseCapacity ?? workgroup.baseCapacity;
        workgroup.maxCapacity = input.maxCapacity ?? workgroup.maxCapacity;
        workgroup.enhancedVpcRouting = input.enhancedVpcRouting ?? workgroup.enhancedVpcRouting;
        workgroup.publiclyAccessible = input.publiclyAccessible ?? workgroup.publiclyAccessible;
        workgroup.parameters = input.configParameters ?? workgroup.parameters;
        passages.begin(workgroup, SERVERLESS_LIFE_CYCLE.modify);
        return { workgroup: describeWorkgroup(workgroup) };
      },
    },
    DeleteWorkgroup: {
      access,
      run: ({ workgroupName }, call) => {
        const workgroup = idle(estate.workgroup(call, workgroupName));
        closeEndpoint(serverless, workgroup);
        passages.begin(workgroup, SERVERLESS_LIFE_CYCLE.delete, { then: () => estate.in(call).workgroups.delete(workgroup.name) });
        return { workgroup: describeWorkgroup(workgroup) };
      },
    },
    GetCredentials: {
      access,
      run: async ({ workgroupName, durationSeconds = CREDENTIAL_SECONDS }, call) => {
        const workgroup = estate.workgroup(call, required('workgroupName', workgroupName));
        const { server } = estate.namespace(call, workgroup.namespaceName);
        if (workgroup.status !== 'AVAILABLE' || !server?.isRunning) throw conflict(`The workgroup ${workgroup.name} is not available.`);
        const { principal } = call;
        // "The database user is mapped 1:1 to the source IAM identity."
        const dbUser = principal.kind === 'role-session' ? `IAMR:${principal.roleArn.split('/').pop() ?? ''}` : `IAM:${nameOf(principal).split(/[:/]/).pop() ?? ''}`;
        const dbPassword = await logins.issue({ server, login: dbUser, user: dbUser, createsUser: true, durationMs: durationSeconds * 1000 });
        const expiration = new Date(cloud.clock.nowMs() + durationSeconds * 1000);
        return { dbUser, dbPassword, expiration, nextRefreshTime: expiration };
      },
    },
  };
}

async function createWorkgroup(serverless: ServerlessContext, input: CreateWorkgroupRequest, call: Call): Promise<Workgroup> {
  const { cloud, estate, passages, subnets } = serverless;
  const name = required('workgroupName', input.workgroupName);
  if (!NAME.test(name)) throw invalid(`Invalid workgroupName: ${name}. It must have 3 to 64 small letters, digits and hyphens.`);
  await haveServiceLinkedRole(cloud, call, 'redshift.amazonaws.com');
  const namespace = estate.namespace(call, required('namespaceName', input.namespaceName));
  const place = { account: call.account, region: call.region };
  const placements = input.subnetIds?.length ? await subnets.describe(place, input.subnetIds) : await subnets.ofDefaultVpc(place);
  const [first] = placements;
  if (!first) throw invalid('The subnets of the workgroup do not exist.');
  const zones = new Set(placements.map(({ availabilityZone }) => availabilityZone));
  if (zones.size < FEWEST_ZONES) throw invalid(`The subnets of a workgroup must be in at least ${FEWEST_ZONES} Availability Zones, these are in ${zones.size}.`);
  const fallback = input.securityGroupIds?.length ? undefined : await subnets.defaultSecurityGroup(place, first.vpcId);
  const state = estate.in(place);
  if (state.workgroups.has(name)) throw conflict(`Workgroup ${name} already exists.`);
  if (state.workgroupOf(namespace.name)) throw conflict(`The namespace ${namespace.name} has a workgroup already.`);
  const workgroup: Workgroup = {
    place,
    id: randomUUID(),
    name,
    namespaceName: namespace.name,
    createdAt: cloud.clock.now(),
    subnetIds: placements.map(({ subnetId }) => subnetId),
    securityGroupIds: input.securityGroupIds?.length ? input.securityGroupIds : [fallback].filter((id) => id !== undefined),
    port: input.port ?? DEFAULT_PORT,
    baseCapacity: input.baseCapacity ?? DEFAULT_CAPACITY,
    maxCapacity: input.maxCapacity,
    enhancedVpcRouting: input.enhancedVpcRouting ?? false,
    publiclyAccessible: input.publiclyAccessible ?? false,
    parameters: input.configParameters ?? [],
    tags: tagsOf(input.tags),
    status: 'CREATING',
    underway: undefined,
  };
  state.workgroups.set(name, workgroup);
  passages.begin(workgroup, SERVERLESS_LIFE_CYCLE.createWorkgroup, { work: async () => namespace.underway?.worked, arrive: () => openEndpoint(serverless, workgroup, namespace) });
  return workgroup;
}
