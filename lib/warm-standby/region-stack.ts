import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ENV, type FailoverRequest } from '../../lambda/warm-standby/contract';
import type { Deployment } from '../config/deployment';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { acknowledge } from '../shared/acknowledge';
import { FunctionSchedule } from '../shared/function-schedule';
import { HoldfastStack } from '../shared/holdfast-stack';
import { LockedBucket } from '../shared/locked-bucket';
import { NotificationTopic } from '../shared/monitoring/notification-topic';
import { SystemKey } from '../shared/system-key';
import { FailoverPipeline } from './failover-pipeline';
import { loadBalancerExport, namesOf, type Role, type RegionNames, type SystemNames } from './names';
import { RebuildPipeline } from './rebuild-pipeline';
import { RegionDatabase } from './region-database';
import { environmentOf } from './region-environment';
import { peerEnvironmentOf, RegionFunctions } from './region-functions';
import { RegionMonitoring } from './region-monitoring';
import { RegionNetwork } from './region-network';
import { permissionsOf } from './region-permissions';
import { RegionService } from './region-service';
import type { StandbyFunction } from './standby-function';
import { checkStaticStability } from './static-stability';
import { StateTable } from './state-table';
import { zoneOf } from './zone-of';

export interface RegionStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: WarmStandbyConfig;
  readonly role: Role;
  readonly notifications: Deployment['notifications'];
}

const REPORT_RETENTION_DAYS = 365;

/** One of the two regions, complete: it can serve, and it can take over from the other with nothing of the other's. */
export class RegionStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, role, notifications }: RegionStackProps) {
    super(scope, id, { env, system: 'warm-standby', description: `${config.name} in its ${role} region` });
    const names = namesOf(config, env.account);
    const own = names[role];
    const peer = role === 'primary' ? names.standby : names.primary;
    const key = new SystemKey(this, 'Key', { alias: names.prefix, description: `Logs, topics, tables and reports of ${names.system}` });
    const notify = new NotificationTopic(this, 'Notifications', { system: 'warm-standby', instance: names.system, topicName: own.prefix, key, ...notifications });
    const table = new StateTable(this, 'State', names.table, key);
    const reports = new LockedBucket(this, 'Reports', { bucketName: own.reportBucket, key, retentionDays: REPORT_RETENTION_DAYS });
    const admin = this.credentials('AdminCredentials', names.adminSecret, 'holdfast_admin', own, names);
    const application = this.credentials('AppCredentials', names.appSecret, 'application', own, names);
    const network = new RegionNetwork(this, 'Network', { config, names, role, key });
    const database = new RegionDatabase(this, 'Database', { config, names, own, network, adminSecret: admin });
    const service = new RegionService(this, 'Service', { config, names, own, network, database, applicationSecret: application, key });
    const environment = environmentOf({ config, names, own, peer, network, service, topic: notify.topic });
    const may = permissionsOf({ names, own, peer, witnessRegion: config.witnessRegion, keyArn: key.keyArn, topicArn: notify.topic.topicArn, databaseGroupId: network.databaseGroup.securityGroupId });
    const functions = new RegionFunctions(this, 'Functions', {
      context: { own, key, environment: environment.common },
      may,
      network: network.functions,
      databaseEnvironment: environment.database,
      peerEnvironment: peerEnvironmentOf(peer),
      readinessEnvironment: environment.readiness,
      pairing: environment.pairing,
    });
    const failover = new FailoverPipeline(this, 'Failover', { config, names, own, functions, key });
    const rebuild = new RebuildPipeline(this, 'Rebuild', { config, names, own, functions, key });
    const { serviceUnreachable } = new RegionMonitoring(this, 'Monitoring', { config, names, own, peer, service, failover: failover.stateMachine, rebuild: rebuild.stateMachine, topic: notify.topic });
    this.schedule(own, functions, key);
    const request = this.requestFailover(functions, may, failover.stateMachine.stateMachineArn);
    const rule = this.whenUnreachable(serviceUnreachable, request, config, names);
    if (role === 'primary') new CfnOutput(this, 'LoadBalancerName', { value: service.loadBalancer.loadBalancerDnsName, exportName: loadBalancerExport(names) });
    if (role === 'standby') this.secondaryRecord(config, service);
    const path = Object.fromEntries([...functions.failoverPath, request].map((each) => [`function ${each.operation}`, each]));
    checkStaticStability(this, {
      system: config.name,
      region: own.region,
      peerRegion: peer.region,
      witnessRegion: config.witnessRegion,
      parts: { ...path, 'state machine': failover, alarm: serviceUnreachable, rule, network, database, service, notifications: notify, table, reports, key },
      names: { credentials: [admin.secretArn, application.secretArn], 'data key': own.dataKeyArn, 'image of the tasks': service.image.imageUri },
      reaching: {
        'function renew-lease': 'it asks both other regions, and one answer is enough',
        // Decision 0040: it turns the switch where it can, and calls clients back where it cannot.
        ...(role === 'primary' && { 'function switch-traffic': 'the switch is in the standby region, and can be done without', 'function watch-regions': 'it turns the switch once that region is back' }),
      },
    });
  }

  /** The alarm asks for a failover; whether there is one is decided in it. */
  private whenUnreachable({ alarmArn }: IAlarm, { function: request }: StandbyFunction, { probeFailures }: WarmStandbyConfig, { prefix }: SystemNames): Rule {
    const unplanned: FailoverRequest = { kind: 'unplanned', requestedBy: 'alarm ServiceUnreachable', reason: `the service did not answer for ${probeFailures} min` };
    return new Rule(this, 'WhenUnreachable', {
      ruleName: `${prefix}-unreachable`,
      eventPattern: { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'], resources: [alarmArn], detail: { state: { value: ['ALARM'] } } },
      targets: [new LambdaFunction(request, { event: RuleTargetInput.fromObject(unplanned), retryAttempts: 5, maxEventAge: Duration.minutes(10) })],
    });
  }

  /** Made in the primary region and copied to the other, where they are known by name. */
  private credentials(id: string, secretName: string, username: string, own: RegionNames, names: SystemNames): ISecret {
    if (own.role === 'standby') return Secret.fromSecretNameV2(this, id, secretName);
    const secret = new Secret(this, id, {
      secretName,
      description: `${username} of ${names.system}`,
      encryptionKey: Key.fromKeyArn(this, `${id}Key`, own.dataKeyArn),
      replicaRegions: [{ region: names.standby.region, encryptionKey: Key.fromKeyArn(this, `${id}ReplicaKey`, names.standby.dataKeyArn) }],
      generateSecretString: { secretStringTemplate: JSON.stringify({ username }), generateStringKey: 'password', passwordLength: 32, excludeCharacters: `/@"' \\%:?#&` },
      // The database is kept, and nobody else knows its passwords.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(secret, 'prepare-database takes over a new password; the runbook says how to change it', 'AwsSolutions-SMG4');
    return secret;
  }

  private schedule(own: RegionNames, { renewLease, watchRegions, assessReadiness }: RegionFunctions, key: SystemKey): void {
    const every = (id: string, operation: string, expression: string, target: RegionFunctions['renewLease']) => new FunctionSchedule(this, id, { name: `${own.prefix}-${operation}`, expression, target, input: {}, key });
    every('RenewLease', 'lease', 'rate(1 minute)', renewLease);
    every('WatchRegions', 'watch', 'rate(1 minute)', watchRegions);
    every('AssessReadiness', 'readiness', 'rate(15 minutes)', assessReadiness);
  }

  private requestFailover(functions: RegionFunctions, may: ReturnType<typeof permissionsOf>, stateMachineArn: string) {
    return functions.plain(
      'request-failover',
      'Makes this region the active one, or finds the failover that does',
      [
        ...may.readAuthority(['own', 'witness']),
        ...may.ownTable(['dynamodb:UpdateItem']),
        { actions: ['states:StartExecution'], resources: [stateMachineArn] },
        may.findFailovers,
      ],
      { [ENV.STATE_MACHINE_ARN]: stateMachineArn },
    );
  }

  /** Without a health check it is always healthy: what is answered is decided by the primary's record alone. */
  private secondaryRecord({ domain }: WarmStandbyConfig, service: RegionService): void {
    new CfnRecordSet(this, 'SecondaryRecord', { ...zoneOf(domain), name: `${domain.recordName}.`, type: 'CNAME', ttl: String(domain.ttlSeconds), setIdentifier: 'standby', failover: 'SECONDARY', resourceRecords: [service.loadBalancer.loadBalancerDnsName] });
  }
}
