import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations, Place } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import { attributeList, setAttributes } from './attributes';
import { describeLoadBalancer } from './describe';
import { ElbAccess } from './elb-access';
import type { ElbContext } from './elb-context';
import { validationError } from './elb-errors';
import { elbArn, newId, targetGroupsOf } from './elb-state';
import { ELB_DURATIONS, LOAD_BALANCER_ATTRIBUTES } from './life-cycle';
import type { LoadBalancer, Node } from './load-balancing';
import { checkLogBucket } from './log-bucket';

const PAGE = 400;
const NAME = /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

/** Load balancers of the application kind. */
export function loadBalancerOperations(context: ElbContext): Operations<typeof sdk> {
  const { state, cloud, nodes, health } = context;
  const access = new ElbAccess(state);

  return {
    CreateLoadBalancer: {
      access: ({ Name = '', Tags }, call) => access.creating(call, 'CreateLoadBalancer', `loadbalancer/app/${Name}/*`, Tags),
      run: (input, call) => {
        const created = newLoadBalancer(context, input, call);
        state.in(call).loadBalancers.set(created.arn, created);
        cloud.clock.after(ELB_DURATIONS.provisioningMs, () => {
          created.state = 'active';
        });
        return { LoadBalancers: [describeLoadBalancer(created)] };
      },
    },
    DescribeLoadBalancers: {
      access: access.describe,
      run: ({ LoadBalancerArns, Names, PageSize = PAGE, Marker }, call) => {
        const all = [...state.in(call).loadBalancers.values()];
        const named = Names?.map((name) => existing(all.find((each) => each.name === name), name));
        const page = pageOf(LoadBalancerArns?.map((arn) => state.loadBalancer(call, arn)) ?? named ?? all, PageSize, Marker);
        if (!page) throw validationError('Invalid Marker');
        return { LoadBalancers: page.items.map(describeLoadBalancer), ...(page.nextToken && { NextMarker: page.nextToken }) };
      },
    },
    DeleteLoadBalancer: {
      access: ({ LoadBalancerArn }, call) => access.on(call, LoadBalancerArn),
      run: async ({ LoadBalancerArn = '' }, call) => {
        const { loadBalancers, targetGroups } = state.in(call);
        const deleted = loadBalancers.get(LoadBalancerArn);
        // "If the load balancer does not exist or has already been deleted, the call succeeds." API_DeleteLoadBalancer
        if (!deleted) return {};
        if (deleted.attributes.get('deletion_protection.enabled') === 'true') throw new AwsError('OperationNotPermittedException', `Load balancer '${deleted.arn}' cannot be deleted because deletion protection is enabled`);
        const used = [...deleted.listeners.values()].flatMap((listener) => [...targetGroupsOf(listener)]);
        for (const listener of deleted.listeners.values()) await nodes.close(listener);
        loadBalancers.delete(LoadBalancerArn);
        for (const { networkInterfaceId } of deleted.nodes) context.network.detachInterface(networkInterfaceId);
        for (const arn of used) {
          const group = targetGroups.get(arn);
          if (group) health.refresh(group);
        }
        return {};
      },
    },
    DescribeLoadBalancerAttributes: {
      access: access.describe,
      run: ({ LoadBalancerArn }, call) => ({ Attributes: attributeList(state.loadBalancer(call, LoadBalancerArn).attributes) }),
    },
    ModifyLoadBalancerAttributes: {
      access: ({ LoadBalancerArn }, call) => access.on(call, LoadBalancerArn),
      run: async ({ LoadBalancerArn, Attributes }, call) => {
        const loadBalancer = state.loadBalancer(call, LoadBalancerArn);
        const wanted = new Map(loadBalancer.attributes);
        setAttributes(wanted, Attributes);
        await checkLogBucket(cloud, loadBalancer, wanted);
        setAttributes(loadBalancer.attributes, Attributes);
        return { Attributes: attributeList(loadBalancer.attributes) };
      },
    },
    SetSecurityGroups: {
      access: ({ LoadBalancerArn }, call) => access.on(call, LoadBalancerArn),
      run: ({ LoadBalancerArn, SecurityGroups = [] }, call) => {
        const loadBalancer = state.loadBalancer(call, LoadBalancerArn);
        checkGroups(context, loadBalancer.vpcId, SecurityGroups);
        loadBalancer.securityGroupIds = SecurityGroups;
        for (const { networkInterfaceId } of loadBalancer.nodes) {
          const known = context.network.networkInterfaces.get(networkInterfaceId);
          if (known) context.network.networkInterfaces.set(networkInterfaceId, { ...known, securityGroupIds: SecurityGroups });
        }
        return { SecurityGroupIds: SecurityGroups };
      },
    },
  };
}

function existing(loadBalancer: LoadBalancer | undefined, name: string): LoadBalancer {
  if (!loadBalancer) throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${name}]' not found`);
  return loadBalancer;
}

function newLoadBalancer(context: ElbContext, input: sdk.CreateLoadBalancerInput, call: Call): LoadBalancer {
  const { Name: name = '', Type = 'application', Scheme: scheme = 'internet-facing', SecurityGroups, Tags } = input;
  if (Type !== 'application') throw validationError(`Type ${Type}: the local cloud has load balancers of the type application alone`);
  if (!NAME.test(name)) throw validationError(`Load balancer name '${name}' must contain only letters, numbers and hyphens, at most 32, and must not begin with internal-`);
  const { state, cloud } = context;
  if ([...state.in(call).loadBalancers.values()].some((each) => each.name === name)) {
    throw new AwsError('DuplicateLoadBalancerNameException', `A load balancer with the same name '${name}' exists, but with different settings`);
  }
  const subnetIds = input.Subnets ?? input.SubnetMappings?.map(({ SubnetId = '' }) => SubnetId) ?? [];
  const vpcId = vpcOf(context, subnetIds);
  const id = newId();
  const fullName = `app/${name}/${id}`;
  const securityGroupIds = SecurityGroups?.length ? SecurityGroups : defaultGroup(context, vpcId);
  checkGroups(context, vpcId, securityGroupIds);
  const { account, region } = call;
  return {
    account,
    region,
    name,
    fullName,
    vpcId,
    scheme,
    arn: elbArn(call, `loadbalancer/${fullName}`),
    dnsName: dnsNameOf(name, scheme, call, id),
    createdAt: cloud.clock.now(),
    attributes: new Map(Object.entries(LOAD_BALANCER_ATTRIBUTES)),
    listeners: new Map(),
    state: 'provisioning',
    securityGroupIds,
    nodes: subnetIds.map((subnetId) => newNode(context, { subnetId, securityGroupIds, description: `ELB ${fullName}`, isPublic: scheme === 'internet-facing' })),
    tags: tagMap(Tags),
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#request-routing */
function dnsNameOf(name: string, scheme: sdk.LoadBalancerSchemeEnum, { region }: Place, id: string): string {
  const number = Number(BigInt(`0x${id}`) % 9_000_000_000n) + 1_000_000_000;
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${region}.elb.amazonaws.com`;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#availability-zones */
function vpcOf({ network }: ElbContext, subnetIds: readonly string[]): string {
  const subnets = subnetIds.map((id) => {
    const subnet = network.subnets.get(id);
    if (!subnet) throw new AwsError('SubnetNotFoundException', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const vpcIds = new Set(subnets.map(({ vpcId }) => vpcId));
  const [vpcId] = vpcIds;
  if (vpcId === undefined || vpcIds.size > 1) throw new AwsError('InvalidConfigurationRequestException', 'All subnets must belong to the same VPC');
  const zones = new Set(subnets.map(({ availabilityZone }) => availabilityZone));
  if (zones.size < subnets.length) throw new AwsError('InvalidConfigurationRequestException', 'A load balancer cannot be attached to multiple subnets in the same Availability Zone');
  if (zones.size < 2) throw validationError('At least two subnets in two different Availability Zones must be specified');
  return vpcId;
}

function defaultGroup({ network }: ElbContext, vpcId: string): readonly string[] {
  return [...network.securityGroups.values()].filter((group) => group.vpcId === vpcId && group.name === 'default').map(({ id }) => id);
}

function checkGroups({ network }: ElbContext, vpcId: string, ids: readonly string[]): void {
  const foreign = ids.find((id) => network.securityGroups.get(id)?.vpcId !== vpcId);
  if (foreign !== undefined) throw new AwsError('InvalidConfigurationRequestException', `One or more security groups are invalid: ${foreign}`);
}

interface NodeProps {
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly description: string;
  readonly isPublic: boolean;
}

function newNode({ network }: ElbContext, { isPublic, ...props }: NodeProps): Node {
  const { id, availabilityZone } = network.addInterface({ ...props, requester: 'amazon-elb', publicAddress: isPublic ? network.addresses.allocate() : undefined });
  return { subnetId: props.subnetId, availabilityZone, networkInterfaceId: id };
}
