import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Listener, LoadBalancer, Rule, Target, TargetGroup } from './load-balancing';
import { CANONICAL_ZONE_IDS } from './canonical-zones';

export function describeLoadBalancer(loadBalancer: LoadBalancer): sdk.LoadBalancer {
  const { arn, dnsName, region, createdAt, name, scheme, vpcId, state, nodes, securityGroupIds } = loadBalancer;
  return {
    LoadBalancerArn: arn,
    DNSName: dnsName,
    CanonicalHostedZoneId: CANONICAL_ZONE_IDS[region],
    CreatedTime: createdAt,
    LoadBalancerName: name,
    Scheme: scheme,
    VpcId: vpcId,
    State: { Code: state },
    Type: 'application',
    AvailabilityZones: nodes.map(({ availabilityZone, subnetId }) => ({ ZoneName: availabilityZone, SubnetId: subnetId, LoadBalancerAddresses: [] })),
    SecurityGroups: [...securityGroupIds],
    IpAddressType: 'ipv4',
  };
}

export function describeListener({ arn, loadBalancer, port, protocol, certificates, sslPolicy, defaultActions }: Listener): sdk.Listener {
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancer.arn,
    Port: port,
    Protocol: protocol,
    DefaultActions: [...defaultActions],
    ...(protocol === 'HTTPS' && { Certificates: certificates.slice(0, 1), SslPolicy: sslPolicy }),
  };
}

export function describeRule({ arn, priority, conditions, actions }: Rule): sdk.Rule {
  return { RuleArn: arn, Priority: String(priority), Conditions: [...conditions], Actions: [...actions], IsDefault: false };
}

export function describeDefaultRule({ defaultRuleArn, defaultActions }: Listener): sdk.Rule {
  return { RuleArn: defaultRuleArn, Priority: 'default', Conditions: [], Actions: [...defaultActions], IsDefault: true };
}

export function describeTargetGroup(group: TargetGroup, loadBalancerArns: readonly string[]): sdk.TargetGroup {
  const { arn, name, protocol, protocolVersion, port, vpcId, healthCheck } = group;
  return {
    TargetGroupArn: arn,
    TargetGroupName: name,
    Protocol: protocol,
    ProtocolVersion: protocolVersion,
    Port: port,
    VpcId: vpcId,
    TargetType: 'ip',
    IpAddressType: 'ipv4',
    HealthCheckEnabled: true,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckPath: healthCheck.path,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: [...loadBalancerArns],
  };
}

export function describeTargetHealth({ healthCheck }: TargetGroup, { id, port, availabilityZone, state, reason, description }: Target): sdk.TargetHealthDescription {
  return {
    Target: { Id: id, Port: port, ...(availabilityZone !== undefined && { AvailabilityZone: availabilityZone }) },
    HealthCheckPort: healthCheck.port === 'traffic-port' ? String(port) : healthCheck.port,
    TargetHealth: { State: state, ...(reason !== undefined && { Reason: reason }), ...(description !== undefined && { Description: description }) },
  };
}
