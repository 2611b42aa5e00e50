import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { METRIC, REPLICATION_RULE } from '../../lambda/warm-standby/contract';
import type { RegionNames, SystemNames } from './names';
import type { RegionService } from './region-service';

export interface RegionMetricsProps {
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly peer: RegionNames;
  readonly service: RegionService;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const READINESS_PERIOD = Duration.minutes(15);
/** Stands for a replica that does not replicate: longer than any limit. */
const BROKEN_SECONDS = 86_400;

export type RegionMetrics = ReturnType<typeof regionMetrics>;

/** Executions that ended before their work was done. One that runs out of its time, or is aborted by hand, tells nobody by itself. */
export function stoppedExecutions(machine: StateMachine): IMetric {
  const usingMetrics = { failed: machine.metricFailed({ period: MINUTE }), timedOut: machine.metricTimedOut({ period: MINUTE }), aborted: machine.metricAborted({ period: MINUTE }) };
  return new MathExpression({ expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)', usingMetrics, label: 'stopped', period: MINUTE });
}

/** What is measured in a region, as its alarms and its dashboard look at it. */
export function regionMetrics({ names, own, peer, service }: RegionMetricsProps) {
  const custom = (metricName: string, statistic: string, period: Duration) => new Metric({ namespace: 'Holdfast', metricName, statistic, period, dimensionsMap: { service: 'warm-standby', instance: names.system } });
  const database = (metricName: string, statistic: string) => new Metric({ namespace: 'AWS/RDS', metricName, statistic, period: MINUTE, dimensionsMap: { DBInstanceIdentifier: own.instance } });
  // Failures are published where objects come from, what is pending where they are to arrive: https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
  const objects = (from: RegionNames, to: RegionNames, metricName: string, statistic: string) => new Metric({ namespace: 'AWS/S3', metricName, statistic, period: FIVE_MINUTES, dimensionsMap: { SourceBucket: from.dataBucket, DestinationBucket: to.dataBucket, RuleId: REPLICATION_RULE[from.role] } });
  const tasks = (metricName: string) => new Metric({ namespace: 'ECS/ContainerInsights', metricName, statistic: Stats.MAXIMUM, period: MINUTE, dimensionsMap: { ClusterName: names.cluster, ServiceName: names.service } });
  /** What a region refuses and no longer says while it hands its role over in order is meant: for so long the metric shows the healthy value. */
  const unlessHandingOver = (healthy: number, expression: string, usingMetrics: Record<string, IMetric>, label: string, period = MINUTE) =>
    new MathExpression({ expression: `IF(FILL(handing, 0) > 0, ${healthy}, ${expression})`, usingMetrics: { ...usingMetrics, handing: custom(METRIC.handingOver, Stats.MAXIMUM, period) }, label, period });
  const heartbeatAge = custom(METRIC.heartbeatAge, Stats.MAXIMUM, MINUTE);
  const replicaLag = database('ReplicaLag', Stats.MAXIMUM);
  const healthyTasks = service.targetGroup.metrics.healthyHostCount({ period: MINUTE, statistic: Stats.MINIMUM });
  const desiredTasks = tasks('DesiredTaskCount');
  const readiness = custom(METRIC.readiness, Stats.MINIMUM, READINESS_PERIOD);
  const ofTargets = service.targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: MINUTE, statistic: Stats.SUM });
  const ofLoadBalancer = service.loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: MINUTE, statistic: Stats.SUM });
  return {
    unreachable: custom(METRIC.serviceUnreachable, Stats.MAXIMUM, MINUTE),
    standbyServes: custom(METRIC.standbyServes, Stats.MAXIMUM, MINUTE),
    clientsRecalled: custom(METRIC.clientsRecalled, Stats.MAXIMUM, MINUTE),
    handingOver: custom(METRIC.handingOver, Stats.MAXIMUM, MINUTE),
    approval: custom(METRIC.approvalPending, Stats.MAXIMUM, MINUTE),
    lostRows: custom(METRIC.lostRows, Stats.MAXIMUM, FIVE_MINUTES),
    recoveryTime: custom(METRIC.recoveryTime, Stats.MAXIMUM, Duration.hours(1)),
    recoveryPoint: custom(METRIC.recoveryPoint, Stats.MAXIMUM, Duration.hours(1)),
    heartbeatAge,
    heartbeatOld: unlessHandingOver(0, 'age', { age: heartbeatAge }, 'age of the newest heartbeat'),
    readiness,
    notReady: unlessHandingOver(100, 'ready', { ready: readiness }, 'readiness', READINESS_PERIOD),
    requests: service.loadBalancer.metrics.requestCount({ period: MINUTE }),
    // Without a healthy task it is the load balancer that answers 503, and not a target.
    errors: unlessHandingOver(0, 'FILL(targets, 0) + FILL(balancer, 0)', { targets: ofTargets, balancer: ofLoadBalancer }, 'errors of tasks and load balancer'),
    latency: service.targetGroup.metrics.targetResponseTime({ period: MINUTE, statistic: 'p99' }),
    healthyTasks,
    desiredTasks,
    missingTasks: new MathExpression({ expression: 'wanted - FILL(healthy, 0)', usingMetrics: { wanted: desiredTasks, healthy: healthyTasks }, label: 'tasks that are missing', period: MINUTE }),
    cpu: database('CPUUtilization', Stats.AVERAGE),
    connections: database('DatabaseConnections', Stats.MAXIMUM),
    replicaLag,
    // A replica that does not replicate says -1: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
    lagOrBroken: new MathExpression({ expression: `IF(lag < 0, ${BROKEN_SECONDS}, lag)`, usingMetrics: { lag: replicaLag }, label: 'lag of the replica', period: MINUTE }),
    objectFailures: objects(own, peer, 'OperationsFailedReplication', Stats.SUM),
    objectLatency: objects(peer, own, 'ReplicationLatency', Stats.MAXIMUM),
    objectBytes: objects(peer, own, 'BytesPendingReplication', Stats.MAXIMUM),
    objectCount: objects(peer, own, 'OperationsPendingReplication', Stats.MAXIMUM),
  } as const;
}
