import type { CloudContext } from '../../gateway/cloud-context';
import type { Fabric } from '../../network/fabric';
import type { Ec2State } from '../ec2/ec2-state';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { ElbState } from './elb-state';
import type { LoadBalancerNodes } from './load-balancer-nodes';
import type { TargetHealth } from './target-health';

/** What the parts of Elastic Load Balancing share. */
export interface ElbContext {
  readonly state: ElbState;
  readonly cloud: CloudContext;
  readonly fabric: Fabric;
  readonly network: Ec2State;
  readonly metrics: MetricSink;
  readonly nodes: LoadBalancerNodes;
  readonly health: TargetHealth;
}
