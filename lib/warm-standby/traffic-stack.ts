import { Fn } from 'aws-cdk-lib';
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { HoldfastStack } from '../shared/holdfast-stack';
import { loadBalancerExport, namesOf } from './names';
import { zoneOf } from './zone-of';

export interface TrafficStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: WarmStandbyConfig;
}

/**
 * The record of the primary region and the one health check that decides about it.
 *
 * The check follows an alarm of the standby region, which follows the switch there: nobody has to change a record in a
 * failover, and nothing but a failover moves the traffic. When the alarm falls silent, traffic stays where it is, unless a failover to
 * the primary region calls clients back by an alarm of its own.
 */
export class TrafficStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config }: TrafficStackProps) {
    super(scope, id, { env, system: 'warm-standby', description: `Where clients of ${config.name} are sent` });
    const names = namesOf(config, env.account);
    const { domain } = config;
    const follow = (checkId: string, name: string, alarm: { readonly name: string; readonly region: string }, inverted: boolean) =>
      new CfnHealthCheck(this, checkId, {
        healthCheckConfig: { type: 'CLOUDWATCH_METRIC', alarmIdentifier: alarm, insufficientDataHealthStatus: 'LastKnownStatus', inverted },
        healthCheckTags: [{ key: 'Name', value: `${names.prefix}: ${name}` }],
      });
    const voices = [
      follow('Switch', 'the switch is at the primary region', { name: names.switchAlarm, region: names.standby.region }, false),
      follow('Recall', 'the primary region has called clients back', { name: names.recallAlarm, region: names.primary.region }, true),
    ];
    const decision = new CfnHealthCheck(this, 'Decision', {
      healthCheckConfig: { type: 'CALCULATED', childHealthChecks: voices.map(({ attrHealthCheckId }) => attrHealthCheckId), healthThreshold: 1 },
      healthCheckTags: [{ key: 'Name', value: `${names.prefix}: the primary region serves` }],
    });
    // For people and their monitoring only: were it to decide, traffic would move to a database that takes no writes.
    new CfnHealthCheck(this, 'Endpoint', {
      healthCheckConfig: { type: 'HTTPS', fullyQualifiedDomainName: domain.recordName, resourcePath: '/healthz', port: 443, requestInterval: 30, failureThreshold: config.probeFailures, enableSni: true },
      healthCheckTags: [{ key: 'Name', value: `${names.prefix}: the service answers` }],
    });
    new CfnRecordSet(this, 'PrimaryRecord', {
      ...zoneOf(domain),
      name: `${domain.recordName}.`,
      type: 'CNAME',
      ttl: String(domain.ttlSeconds),
      setIdentifier: 'primary',
      failover: 'PRIMARY',
      healthCheckId: decision.attrHealthCheckId,
      resourceRecords: [Fn.importValue(loadBalancerExport(names))],
    });
  }
}
