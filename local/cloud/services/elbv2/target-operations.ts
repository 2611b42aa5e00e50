import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { cidrContains } from '../../network/cidr';
import { describeTargetHealth } from './describe';
import { ElbAccess } from './elb-access';
import type { ElbContext } from './elb-context';
import { validationError } from './elb-errors';
import type { Target, TargetGroup } from './load-balancing';

/** Targets come, are probed, and drain before they go. */
export function targetOperations(context: ElbContext): Operations<typeof sdk> {
  const { state, health, cloud } = context;
  const access = new ElbAccess(state);

  return {
    RegisterTargets: {
      access: ({ TargetGroupArn }, call) => access.on(call, TargetGroupArn),
      run: ({ TargetGroupArn, Targets = [] }, call) => {
        const group = state.targetGroup(call, TargetGroupArn);
        for (const { Id = '' } of Targets) checkAddress(context, group, Id);
        for (const { Id = '', Port = group.port, AvailabilityZone } of Targets) {
          const key = `${Id}:${Port}`;
          if (group.targets.get(key)?.state === 'draining' || !group.targets.has(key)) group.targets.set(key, newTarget(context, group, Id, Port, AvailabilityZone));
        }
        health.refresh(group);
        return {};
      },
    },
    DeregisterTargets: {
      access: ({ TargetGroupArn }, call) => access.on(call, TargetGroupArn),
      run: ({ TargetGroupArn, Targets = [] }, call) => {
        const group = state.targetGroup(call, TargetGroupArn);
        const delayMs = Number(group.attributes.get('deregistration_delay.timeout_seconds')) * 1000;
        for (const { Id = '', Port } of Targets) {
          for (const [key, target] of group.targets) {
            if (target.id !== Id || (Port !== undefined && target.port !== Port) || target.state === 'draining') continue;
            Object.assign(target, { state: 'draining', reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress' });
            cloud.clock.after(delayMs, () => {
              if (group.targets.get(key) === target) group.targets.delete(key);
              health.forget(group, target);
            });
          }
        }
        health.refresh(group);
        return {};
      },
    },
    DescribeTargetHealth: {
      access: access.describe,
      run: ({ TargetGroupArn, Targets }, call) => {
        const group = state.targetGroup(call, TargetGroupArn);
        const known = [...group.targets.values()];
        if (!Targets) return { TargetHealthDescriptions: known.map((target) => describeTargetHealth(group, target)) };
        const wanted = Targets.map(({ Id = '', Port = group.port }) => known.find((target) => target.id === Id && target.port === Port) ?? unregistered(Id, Port));
        return { TargetHealthDescriptions: wanted.map((target) => describeTargetHealth(group, target)) };
      },
    },
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html: an address of the group's VPC, or a private one outside of it with the zone `all`. */
function checkAddress({ network }: ElbContext, { vpcId }: TargetGroup, id: string): void {
  if (!/^\d+(\.\d+){3}$/.test(id)) throw new AwsError('InvalidTargetException', `The IP address '${id}' is not a valid IPv4 address`);
  if (!network.vpcs.get(vpcId)?.cidrs.some((cidr) => cidrContains(cidr, id))) throw validationError(`The IP address '${id}' is not within the range of the VPC '${vpcId}'`);
}

function newTarget({ network }: ElbContext, { vpcId }: TargetGroup, id: string, port: number, availabilityZone: string | undefined): Target {
  const subnet = [...network.subnets.values()].find((each) => each.vpcId === vpcId && cidrContains(each.cidr, id));
  return { id, port, availabilityZone: availabilityZone ?? subnet?.availabilityZone, state: 'unused', reason: 'Target.NotInUse', description: undefined, streak: { outcome: undefined, count: 0 } };
}

function unregistered(id: string, port: number): Target {
  return { id, port, availabilityZone: undefined, state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group', streak: { outcome: undefined, count: 0 } };
}
