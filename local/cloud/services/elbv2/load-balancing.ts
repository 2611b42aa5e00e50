import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Place } from '../../gateway/service';

/** What every resource of Elastic Load Balancing has. */
export interface Tagged {
  readonly arn: string;
  tags: Record<string, string>;
}

/** Where a load balancer is in one zone: the interface at which requests arrive and from which they go on. */
export interface Node {
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly networkInterfaceId: string;
}

/** An application load balancer. */
export interface LoadBalancer extends Place, Tagged {
  readonly name: string;
  /** `app/<name>/<id>`, as ARNs and metrics call it. */
  readonly fullName: string;
  readonly dnsName: string;
  readonly vpcId: string;
  readonly scheme: sdk.LoadBalancerSchemeEnum;
  readonly createdAt: Date;
  readonly attributes: Map<string, string>;
  readonly listeners: Map<string, Listener>;
  state: 'provisioning' | 'active';
  securityGroupIds: readonly string[];
  nodes: readonly Node[];
}

/** A port of a load balancer. */
export interface Listener extends Tagged {
  readonly loadBalancer: LoadBalancer;
  readonly attributes: Map<string, string>;
  /** In the order of their priority, without the default one. */
  readonly rules: Map<string, Rule>;
  readonly defaultRuleArn: string;
  port: number;
  protocol: 'HTTP' | 'HTTPS';
  sslPolicy: string | undefined;
  certificates: readonly sdk.Certificate[];
  defaultActions: readonly sdk.Action[];
}

/** What a listener does with requests that meet its conditions. */
export interface Rule extends Tagged {
  readonly listener: Listener;
  priority: number;
  conditions: readonly sdk.RuleCondition[];
  actions: readonly sdk.Action[];
}

/** How targets are probed. */
export interface HealthCheck {
  readonly protocol: 'HTTP' | 'HTTPS';
  /** A number, or `traffic-port`. */
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** HTTP codes such as `200,202` or `200-299`. */
  readonly matcher: string;
}

/** Servers that requests go to. */
export interface TargetGroup extends Place, Tagged {
  readonly name: string;
  /** `targetgroup/<name>/<id>`. */
  readonly fullName: string;
  readonly vpcId: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly protocolVersion: string;
  readonly port: number;
  readonly attributes: Map<string, string>;
  /** By `address:port`. */
  readonly targets: Map<string, Target>;
  healthCheck: HealthCheck;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

/** A server of a group. */
export interface Target {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | undefined;
  state: TargetState;
  reason: sdk.TargetHealthReasonEnum | undefined;
  description: string | undefined;
  /** Consecutive answers of one kind, so far. */
  readonly streak: { outcome: 'passed' | 'failed' | undefined; count: number };
}
