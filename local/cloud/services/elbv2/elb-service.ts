import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { Fabric } from '../../network/fabric';
import { Prober } from '../../network/prober';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { Ec2State } from '../ec2/ec2-state';
import { ElbState } from './elb-state';
import { listenerOperations } from './listener-operations';
import { loadBalancerOperations } from './load-balancer-operations';
import { LoadBalancerNodes } from './load-balancer-nodes';
import type { LoadBalancer } from './load-balancing';
import { RequestMetrics } from './request-metrics';
import { RequestRouter } from './request-router';
import { ruleOperations } from './rule-operations';
import { TargetChoice } from './target-choice';
import { targetGroupOperations } from './target-group-operations';
import { TargetHealth } from './target-health';
import { targetOperations } from './target-operations';

export interface ElbPorts {
  readonly context: CloudContext;
  readonly fabric: Fabric;
  readonly network: Ec2State;
  readonly metrics: MetricSink;
}

/** Elastic Load Balancing and what others may use of it. */
export interface Elb {
  readonly service: Service;
  readonly state: ElbState;
  readonly health: Pick<TargetHealth, 'onChange'>;
  readonly nodes: Pick<LoadBalancerNodes, 'addressesOf'>;
  /** The load balancer with this DNS name. */
  loadBalancerNamed(dnsName: string): LoadBalancer | undefined;
  stop(): Promise<void>;
}

/** Elastic Load Balancing with application load balancers that really listen, forward and probe. */
export function createElb({ context: cloud, fabric, network, metrics }: ElbPorts): Elb {
  const state = new ElbState();
  const router = new RequestRouter({ cloud, fabric, metrics: new RequestMetrics(metrics), targets: new TargetChoice(state) });
  const nodes = new LoadBalancerNodes({ cloud, fabric, network, state, router });
  const health = new TargetHealth({ cloud, state, prober: new Prober(cloud.clock, fabric), metrics });
  const context = { state, cloud, fabric, network, metrics, nodes, health };
  const operations = { ...loadBalancerOperations(context), ...targetGroupOperations(context), ...targetOperations(context), ...listenerOperations(context), ...ruleOperations(context) };
  return {
    state,
    health,
    nodes,
    service: defineService(sdk, 'elasticloadbalancing', operations),
    loadBalancerNamed: (dnsName) => {
      const name = dnsName.toLowerCase().replace(/^dualstack\./, '').replace(/\.$/, '');
      return state.all().flatMap(({ loadBalancers }) => [...loadBalancers.values()]).find((each) => each.dnsName.toLowerCase() === name);
    },
    stop: () => nodes.closeAll(),
  };
}
