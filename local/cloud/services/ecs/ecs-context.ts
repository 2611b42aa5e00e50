import type { CloudContext } from '../../gateway/cloud-context';
import type { Fabric } from '../../network/fabric';
import type { ProcessLauncher } from '../../network/process-launcher';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { Ec2State } from '../ec2/ec2-state';
import type { EcrState } from '../ecr/ecr-state';
import type { Elb } from '../elbv2/elb-service';
import type { EventSink } from '../events/event-sink';
import type { EcsState } from './ecs-state';

/** What the parts of ECS share. */
export interface EcsContext {
  readonly cloud: CloudContext;
  readonly state: EcsState;
  readonly fabric: Fabric;
  readonly network: Ec2State;
  readonly launcher: ProcessLauncher;
  readonly registries: EcrState;
  readonly loadBalancing: Pick<Elb, 'state' | 'health'>;
  readonly metrics: MetricSink;
  readonly events: EventSink;
}
