import * as sdk from '@aws-sdk/client-route-53';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { Fabric } from '../../network/fabric';
import { Prober } from '../../network/prober';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { Elb } from '../elbv2/elb-service';
import { DnsServer } from './dns-server';
import { healthCheckOperations } from './health-check-operations';
import { HealthStatus, type HealthPorts } from './health-status';
import { LOAD_BALANCER_TTL_SECONDS } from './life-cycle';
import { LoadBalancerHealth } from './load-balancer-health';
import { NameAnswers } from './name-answers';
import { RecordAnswer } from './record-answer';
import { recordOperations } from './record-operations';
import { Route53State } from './route53-state';
import { zoneOperations } from './zone-operations';

export interface Route53Ports {
  readonly context: CloudContext;
  readonly fabric: Fabric;
  readonly metrics: MetricSink;
  readonly loadBalancing: Pick<Elb, 'loadBalancerNamed' | 'nodes' | 'state'>;
  readonly alarms: Pick<HealthPorts, 'findAlarm'> & { onStateChange(listener: () => void): void };
}

/** Route 53 and what others may use of it. */
export interface Route53 {
  readonly service: Service;
  /** Whether a health check says healthy at this moment. */
  isHealthy(healthCheckId: string): boolean;
  /** The port of 127.0.0.1 on which DNS queries are answered, over UDP and TCP; it is opened when it is first asked for. */
  dnsPort(): Promise<number>;
  stop(): Promise<void>;
}

/** Route 53: zones whose names resolve, records that follow health checks, health checks that look. */
export function createRoute53({ context: cloud, fabric, metrics, loadBalancing, alarms }: Route53Ports): Route53 {
  const state = new Route53State();
  const health = new HealthStatus({ cloud, state, prober: new Prober(cloud.clock, fabric), metrics, findAlarm: alarms.findAlarm });
  alarms.onStateChange(() => health.publishAll());
  const loadBalancers = new LoadBalancerHealth(cloud, loadBalancing);
  const records = new RecordAnswer({ isHealthy: (id) => health.isHealthy(id), loadBalancer: (name) => loadBalancers.find(name), random: () => Math.random() }, LOAD_BALANCER_TTL_SECONDS);
  const internet = fabric.viewOf({ kind: 'internet', name: 'resolver', region: 'us-east-1' });
  const names = new NameAnswers({ state, records, resolveElsewhere: (name) => internet.resolve(name) });
  fabric.addNameServer(names);
  let server: Promise<DnsServer> | undefined;
  return {
    service: defineService(sdk, 'route53', { ...zoneOperations(state, cloud.clock), ...recordOperations(state, cloud.clock, names), ...healthCheckOperations(state, health) }),
    isHealthy: (id) => health.isHealthy(id),
    dnsPort: async () => (await (server ??= DnsServer.open((query) => names.reply(query)))).port,
    stop: async () => {
      health.end();
      await (await server)?.close();
    },
  };
}
