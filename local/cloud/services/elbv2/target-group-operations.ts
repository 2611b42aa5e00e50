import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import { attributeList, setAttributes } from './attributes';
import { describeTargetGroup } from './describe';
import { ElbAccess } from './elb-access';
import type { ElbContext } from './elb-context';
import { validationError } from './elb-errors';
import { elbArn, newId } from './elb-state';
import { healthCheckOf } from './health-check-settings';
import { TARGET_GROUP_ATTRIBUTES } from './life-cycle';
import type { TargetGroup } from './load-balancing';

const PAGE = 400;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

/** Target groups whose targets are addresses, as those of Fargate tasks are. */
export function targetGroupOperations({ state, health, network }: ElbContext): Operations<typeof sdk> {
  const access = new ElbAccess(state);
  const describe = (group: TargetGroup): sdk.TargetGroup => describeTargetGroup(group, state.usersOf(group).map(({ arn }) => arn));

  return {
    CreateTargetGroup: {
      access: ({ Name = '', Tags }, call) => access.creating(call, 'CreateTargetGroup', `targetgroup/${Name}/*`, Tags),
      run: (input, call) => {
        const created = newTargetGroup(input, call);
        if (!network.vpcs.has(created.vpcId)) throw validationError(`The VPC ID '${created.vpcId}' is not found`);
        const { targetGroups } = state.in(call);
        if ([...targetGroups.values()].some(({ name }) => name === created.name)) throw new AwsError('DuplicateTargetGroupNameException', `A target group with the same name '${created.name}' exists, but with different settings`);
        targetGroups.set(created.arn, created);
        return { TargetGroups: [describe(created)] };
      },
    },
    DescribeTargetGroups: {
      access: access.describe,
      run: ({ LoadBalancerArn, TargetGroupArns, Names, PageSize = PAGE, Marker }, call) => {
        const all = [...state.in(call).targetGroups.values()];
        const fitting = TargetGroupArns?.map((arn) => state.targetGroup(call, arn)) ?? all.filter((group) => (Names?.includes(group.name) ?? true) && (LoadBalancerArn === undefined || state.usersOf(group).some(({ arn }) => arn === LoadBalancerArn)));
        if (Names && fitting.length < Names.length) throw new AwsError('TargetGroupNotFoundException', 'One or more target groups not found');
        const page = pageOf(fitting, PageSize, Marker);
        if (!page) throw validationError('Invalid Marker');
        return { TargetGroups: page.items.map(describe), ...(page.nextToken && { NextMarker: page.nextToken }) };
      },
    },
    ModifyTargetGroup: {
      access: ({ TargetGroupArn }, call) => access.on(call, TargetGroupArn),
      run: (input, call) => {
        const group = state.targetGroup(call, input.TargetGroupArn);
        group.healthCheck = healthCheckOf(input, group.healthCheck);
        return { TargetGroups: [describe(group)] };
      },
    },
    DeleteTargetGroup: {
      access: ({ TargetGroupArn }, call) => access.on(call, TargetGroupArn),
      run: ({ TargetGroupArn = '' }, call) => {
        const { targetGroups } = state.in(call);
        const deleted = targetGroups.get(TargetGroupArn);
        if (!deleted) return {};
        if (state.usersOf(deleted).length > 0) throw new AwsError('ResourceInUseException', `Target group '${deleted.arn}' is currently in use by a listener or a rule`);
        targetGroups.delete(TargetGroupArn);
        for (const target of deleted.targets.values()) health.forget(deleted, target);
        return {};
      },
    },
    DescribeTargetGroupAttributes: {
      access: access.describe,
      run: ({ TargetGroupArn }, call) => ({ Attributes: attributeList(state.targetGroup(call, TargetGroupArn).attributes) }),
    },
    ModifyTargetGroupAttributes: {
      access: ({ TargetGroupArn }, call) => access.on(call, TargetGroupArn),
      run: ({ TargetGroupArn, Attributes }, call) => {
        const { attributes } = state.targetGroup(call, TargetGroupArn);
        if (Attributes?.some(({ Key, Value }) => Key === 'stickiness.enabled' && Value === 'true')) throw validationError('stickiness.enabled true: the load balancers of the local cloud have no sticky sessions');
        setAttributes(attributes, Attributes);
        return { Attributes: attributeList(attributes) };
      },
    },
  };
}

function newTargetGroup(input: sdk.CreateTargetGroupInput, call: Call): TargetGroup {
  const { Name: name = '', Protocol: protocol, Port: port, VpcId: vpcId, TargetType = 'instance', Tags } = input;
  if (!NAME.test(name)) throw validationError(`Target group name '${name}' must contain only letters, numbers and hyphens, at most 32`);
  if (TargetType !== 'ip') throw validationError(`TargetType ${TargetType}: the local cloud has targets of the type ip alone`);
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw validationError(`Protocol ${protocol ?? ''}: expected HTTP or HTTPS`);
  if (port === undefined || vpcId === undefined) throw validationError('A target group needs a port and a VPC');
  const id = newId();
  const fullName = `targetgroup/${name}/${id}`;
  const { account, region } = call;
  return {
    account,
    region,
    name,
    fullName,
    arn: elbArn(call, fullName),
    vpcId,
    protocol,
    protocolVersion: input.ProtocolVersion ?? 'HTTP1',
    port,
    attributes: new Map(Object.entries(TARGET_GROUP_ATTRIBUTES)),
    targets: new Map(),
    healthCheck: healthCheckOf(input),
    tags: tagMap(Tags),
  };
}
