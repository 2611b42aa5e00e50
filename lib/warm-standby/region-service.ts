import path from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Cluster, ContainerImage, ContainerInsights, CpuArchitecture, FargateService, FargateTaskDefinition, LogDrivers, OperatingSystemFamily, Secret as ContainerSecret } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancer, ApplicationProtocol, ListenerAction, ListenerCertificate, SslPolicy, type ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { APPLICATION_ENV } from '../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { acknowledge } from '../shared/acknowledge';
import type { RegionNames, SystemNames } from './names';
import type { RegionDatabase } from './region-database';
import { APPLICATION_PORT, type RegionNetwork } from './region-network';

/** Where `npm run build` puts the application's image. */
const IMAGE = path.join(process.cwd(), 'dist', 'images', 'warm-standby', 'application');

/** Units of ECS, of which a vCPU has 1,024. */
const TASK_CPU = 256;
export const TASK_VCPU = TASK_CPU / 1_024;

/** How many tasks load may ask for at most. */
export function mostTasks({ activeTasks }: WarmStandbyConfig['service']): number {
  return activeTasks * 4;
}

export interface RegionServiceProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly network: RegionNetwork;
  readonly database: RegionDatabase;
  readonly applicationSecret: ISecret;
  readonly key: IKey;
}

/** The application in a region: tasks that run even while it stands by, behind a load balancer that has its address already. */
export class RegionService extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly service: FargateService;
  readonly image: DockerImageAsset;

  constructor(scope: Construct, id: string, props: RegionServiceProps) {
    super(scope, id);
    const { config, names, own, network } = props;
    this.image = new DockerImageAsset(this, 'Image', { directory: IMAGE, platform: Platform.LINUX_ARM64 });
    const taskDefinition = this.taskDefinition(props);
    const cluster = new Cluster(this, 'Cluster', { clusterName: names.cluster, vpc: network.vpc, containerInsightsV2: ContainerInsights.ENABLED });
    this.service = new FargateService(this, 'Service', {
      serviceName: names.service,
      cluster,
      taskDefinition,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      assignPublicIp: false,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [network.applicationGroup],
      healthCheckGracePeriod: Duration.seconds(30),
    });
    // Tasks read their secret and their image with it before they start; the circuit breaker would not wait for its permissions.
    if (taskDefinition.executionRole) this.service.node.addDependency(taskDefinition.executionRole);
    this.loadBalancer = this.createLoadBalancer(props);
    this.targetGroup = this.listen(config[own.role].certificateArn);
    this.scale(config, own);
  }

  private taskDefinition({ config, names, own, database, applicationSecret, key }: RegionServiceProps): FargateTaskDefinition {
    const definition = new FargateTaskDefinition(this, 'Task', { family: names.prefix, cpu: TASK_CPU, memoryLimitMiB: 512, runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX } });
    const logGroup = new LogGroup(this, 'Log', { logGroupName: `/holdfast/${names.prefix}/application`, retention: RetentionDays.ONE_MONTH, encryptionKey: key, removalPolicy: RemovalPolicy.RETAIN });
    definition.addContainer('application', {
      image: ContainerImage.fromDockerImageAsset(this.image),
      portMappings: [{ containerPort: APPLICATION_PORT }],
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'application' }),
      environment: {
        [APPLICATION_ENV.REGION]: own.region,
        [APPLICATION_ENV.PORT]: String(APPLICATION_PORT),
        [APPLICATION_ENV.DB_HOST]: database.instance.attrEndpointAddress,
        [APPLICATION_ENV.DB_NAME]: config.database.name,
      },
      secrets: {
        [APPLICATION_ENV.DB_USER]: ContainerSecret.fromSecretsManager(applicationSecret, 'username'),
        [APPLICATION_ENV.DB_PASSWORD]: ContainerSecret.fromSecretsManager(applicationSecret, 'password'),
      },
      readonlyRootFilesystem: true,
    });
    // The secret is encrypted with a key that exists apart from the stacks, so nothing grants its use by itself.
    definition.addToExecutionRolePolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [own.dataKeyArn], conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${own.region}.amazonaws.com` } } }));
    const inRole = (finding: string) => `AwsSolutions-IAM5[Resource::${finding}]`;
    if (definition.executionRole) acknowledge(definition.executionRole, 'ecr:GetAuthorizationToken has no resource-level permissions', inRole('*'));
    acknowledge(definition, 'region, port and names are no secrets; credentials come from Secrets Manager', 'AwsSolutions-ECS2');
    return definition;
  }

  private createLoadBalancer({ names, own, network }: RegionServiceProps): ApplicationLoadBalancer {
    const loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      loadBalancerName: names.prefix,
      vpc: network.vpc,
      internetFacing: true,
      securityGroup: network.loadBalancerGroup,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
    });
    // The bucket's policy lets load balancers in; the CDK can only say so for a bucket of the same stack.
    loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
    loadBalancer.setAttribute('access_logs.s3.bucket', own.logBucket);
    loadBalancer.setAttribute('access_logs.s3.prefix', 'load-balancer');
    return loadBalancer;
  }

  private listen(certificateArn: string): ApplicationTargetGroup {
    this.loadBalancer.addListener('Http', { port: 80, open: false, defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }) });
    const listener = this.loadBalancer.addListener('Https', { port: 443, protocol: ApplicationProtocol.HTTPS, certificates: [ListenerCertificate.fromArn(certificateArn)], sslPolicy: SslPolicy.RECOMMENDED_TLS, open: false });
    return listener.addTargets('Application', {
      port: APPLICATION_PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: Duration.seconds(10),
      healthCheck: { path: '/healthz', interval: Duration.seconds(10), timeout: Duration.seconds(5), healthyThresholdCount: 2, unhealthyThresholdCount: 3 },
    });
  }

  /**
   * Load may add tasks; how many there are at least is what a failover changes.
   *
   * The service itself names no number, or each deployment would bring the region back to what it had first, also the one that carries the load:
   * registration starts as many as there must be at least (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html).
   */
  private scale({ service }: WarmStandbyConfig, { role }: RegionNames): void {
    const minCapacity = role === 'primary' ? service.activeTasks : service.standbyTasks;
    const scaling = this.service.autoScaleTaskCount({ minCapacity, maxCapacity: mostTasks(service) });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60, scaleInCooldown: Duration.minutes(5), scaleOutCooldown: Duration.minutes(1) });
  }
}
