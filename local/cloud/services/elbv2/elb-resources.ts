import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  AddListenerCertificatesCommand,
  type Action,
  type LoadBalancerAttribute,
  type RuleCondition,
  type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ResourceProviders } from '../../deploy/resource-provider';
import { until } from '../../deploy/until';

/** CloudFormation's resources of Elastic Load Balancing. */
export const elbResources: ResourceProviders = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    async create(properties, context) {
      const { aws, generatedName } = context;
      const { LoadBalancers } = await aws.send(
        new CreateLoadBalancerCommand({
          Name: properties.optionalText('Name') ?? generatedName(32),
          Type: properties.raw('Type'),
          Scheme: properties.raw('Scheme'),
          IpAddressType: properties.raw('IpAddressType'),
          SecurityGroups: properties.texts('SecurityGroups'),
          Subnets: properties.texts('Subnets'),
          SubnetMappings: properties.raw('SubnetMappings'),
          Tags: tagsOf(properties.tags()),
        }),
      );
      const { LoadBalancerArn = '', DNSName, CanonicalHostedZoneId, LoadBalancerName, SecurityGroups } = LoadBalancers?.[0] ?? {};
      const Attributes = properties.raw<LoadBalancerAttribute[]>('LoadBalancerAttributes');
      if (Attributes) await aws.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: Attributes.map(asText) }));
      await until(context, `load balancer ${LoadBalancerName ?? ''}`, async () => {
        const found = await aws.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
        return found.LoadBalancers?.[0]?.State?.Code === 'active';
      });
      const fullName = LoadBalancerArn.split(':loadbalancer/')[1];
      return { ref: LoadBalancerArn, attributes: { LoadBalancerArn, DNSName, CanonicalHostedZoneID: CanonicalHostedZoneId, LoadBalancerName, SecurityGroups, LoadBalancerFullName: fullName } };
    },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    async create(properties, { aws, generatedName }) {
      const Attributes = properties.raw<LoadBalancerAttribute[]>('TargetGroupAttributes');
      const Targets = properties.raw<TargetDescription[]>('Targets');
      const { TargetGroups } = await aws.send(
        new CreateTargetGroupCommand({
          Name: properties.optionalText('Name') ?? generatedName(32),
          Port: properties.number('Port'),
          Protocol: properties.raw('Protocol'),
          ProtocolVersion: properties.optionalText('ProtocolVersion'),
          TargetType: properties.raw('TargetType'),
          VpcId: properties.optionalText('VpcId'),
          IpAddressType: properties.raw('IpAddressType'),
          HealthCheckEnabled: properties.flag('HealthCheckEnabled'),
          HealthCheckIntervalSeconds: properties.number('HealthCheckIntervalSeconds'),
          HealthCheckPath: properties.optionalText('HealthCheckPath'),
          HealthCheckPort: properties.optionalText('HealthCheckPort'),
          HealthCheckProtocol: properties.raw('HealthCheckProtocol'),
          HealthCheckTimeoutSeconds: properties.number('HealthCheckTimeoutSeconds'),
          HealthyThresholdCount: properties.number('HealthyThresholdCount'),
          UnhealthyThresholdCount: properties.number('UnhealthyThresholdCount'),
          Matcher: properties.raw('Matcher'),
          Tags: tagsOf(properties.tags()),
        }),
      );
      const { TargetGroupArn = '', TargetGroupName } = TargetGroups?.[0] ?? {};
      if (Attributes?.length) await aws.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: Attributes.map(asText) }));
      if (Targets?.length) await aws.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
      return { ref: TargetGroupArn, attributes: { TargetGroupArn, TargetGroupName, TargetGroupFullName: TargetGroupArn.split(':').at(-1), LoadBalancerArns: TargetGroups?.[0]?.LoadBalancerArns ?? [] } };
    },
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    async create(properties, { aws }) {
      const Attributes = properties.raw<LoadBalancerAttribute[]>('ListenerAttributes');
      const { Listeners } = await aws.send(
        new CreateListenerCommand({
          LoadBalancerArn: properties.text('LoadBalancerArn'),
          Port: properties.number('Port'),
          Protocol: properties.raw('Protocol'),
          SslPolicy: properties.optionalText('SslPolicy'),
          Certificates: properties.raw('Certificates'),
          AlpnPolicy: properties.texts('AlpnPolicy'),
          DefaultActions: (properties.raw<Action[]>('DefaultActions') ?? []).map(actionOf),
        }),
      );
      const ListenerArn = Listeners?.[0]?.ListenerArn ?? '';
      if (Attributes?.length) await aws.send(new ModifyListenerAttributesCommand({ ListenerArn, Attributes: Attributes.map(asText) }));
      return { ref: ListenerArn, attributes: { ListenerArn } };
    },
  },
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': {
    async create(properties, { aws, logicalId }) {
      await aws.send(new AddListenerCertificatesCommand({ ListenerArn: properties.text('ListenerArn'), Certificates: properties.raw('Certificates') }));
      return { ref: logicalId };
    },
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    async create(properties, { aws }) {
      const { Rules } = await aws.send(
        new CreateRuleCommand({
          ListenerArn: properties.text('ListenerArn'),
          Priority: properties.number('Priority'),
          Conditions: properties.raw<RuleCondition[]>('Conditions'),
          Actions: (properties.raw<Action[]>('Actions') ?? []).map(actionOf),
        }),
      );
      const RuleArn = Rules?.[0]?.RuleArn ?? '';
      return { ref: RuleArn, attributes: { RuleArn, IsDefault: false } };
    },
  },
};

/** CloudFormation takes numbers and booleans where the API takes text. */
function asText({ Key, Value }: LoadBalancerAttribute): { Key: string; Value: string } {
  return { Key: String(Key), Value: String(Value ?? '') };
}

function actionOf(action: Action): Action {
  const { ForwardConfig, FixedResponseConfig, RedirectConfig } = action;
  return {
    ...action,
    ...(ForwardConfig && { ForwardConfig: { ...ForwardConfig, TargetGroups: ForwardConfig.TargetGroups?.map((tuple) => ({ ...tuple, ...(tuple.Weight !== undefined && { Weight: Number(tuple.Weight) }) })) } }),
    ...(FixedResponseConfig && { FixedResponseConfig: { ...FixedResponseConfig, StatusCode: String(FixedResponseConfig.StatusCode) } }),
    ...(RedirectConfig?.Port !== undefined && { RedirectConfig: { ...RedirectConfig, Port: String(RedirectConfig.Port) } }),
  };
}

function tagsOf<Tag>(tags: Tag[]): Tag[] | undefined {
  return tags.length > 0 ? tags : undefined;
}
