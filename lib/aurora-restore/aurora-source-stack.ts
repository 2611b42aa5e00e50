import { Duration, Stack } from 'aws-cdk-lib';
import { Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import { acknowledge } from '../shared/acknowledge';
import { FunctionSchedule } from '../shared/function-schedule';
import { HoldfastStack } from '../shared/holdfast-stack';
import { permit, type Permission } from '../shared/permission';
import { SystemKey } from '../shared/system-key';
import { CapturePipeline } from './capture-pipeline';
import { namesOf, type PipelineNames } from './names';
import { ONLY_ONCE } from './only-once';
import { PipelineFunction } from './pipeline-function';
import { cleanSource, deleteSource, readQuotas, readSource, readSourceCluster, readSourceKey, shareSource, type SourcePlace } from './source-permissions';

export interface AuroraSourceStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: AuroraRestoreConfig;
  readonly targetAccount: string;
}

/** What a pipeline needs in the account that owns the source: roles for the account that restores, and the capture of snapshots with manifests. */
export class AuroraSourceStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, targetAccount }: AuroraSourceStackProps) {
    super(scope, id, { env, system: 'aurora-restore', description: `Source of ${config.name}: ${config.source.clusterIdentifier}` });
    const names = namesOf(config, { sourceAccount: env.account, targetAccount });
    const { source } = config;
    const place: SourcePlace = { pipeline: config.name, account: env.account, region: env.region, clusterIdentifier: source.clusterIdentifier, kmsKeyArn: source.kmsKeyArn };
    const takeManifestArn = `arn:aws:lambda:${env.region}:${env.account}:function:${names.functionName('take-manifest')}`;
    if (targetAccount !== env.account) {
      this.accessRole('Access', names.sourceAccessRole, names, targetAccount, [
        ...readSource(place),
        ...readSourceKey(place),
        readQuotas(),
        ...(source.deletable ? readSourceCluster(place) : []),
        ...shareSource(place),
        ...cleanSource(place),
        ...(source.network ? [{ actions: ['lambda:InvokeFunction'], resources: [takeManifestArn] }] : []),
      ]);
      if (source.deletable) this.accessRole('Deletion', names.sourceDeletionRole, names, targetAccount, deleteSource(place));
    }
    if (source.network) this.capture(config, names);
  }

  /** Only functions of this pipeline in the account that restores can act as the role, and only by naming the pipeline. */
  private accessRole(id: string, roleName: string, names: PipelineNames, account: string, permissions: readonly Permission[]): void {
    const caller = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/${names.functionName('*')}` }, StringEquals: { 'sts:ExternalId': names.pipeline } };
    const role = new Role(this, id, { roleName, assumedBy: new AccountPrincipal(account).withConditions(caller), maxSessionDuration: Duration.hours(1) });
    for (const permission of permissions) permit(role, permission);
  }

  private capture(config: AuroraRestoreConfig, names: PipelineNames): void {
    const { account, region } = Stack.of(this);
    const { network, clusterIdentifier, databases, readerSecretArn, captureSchedule } = config.source;
    if (!network || !readerSecretArn) return;
    const key = new SystemKey(this, 'Key', { alias: `aurora-restore-${config.name}-source`, description: `Logs of the capture of ${clusterIdentifier}`, users: ['logs'] });
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: network.vpcId, availabilityZones: network.availabilityZones, isolatedSubnetIds: network.subnetIds });
    acknowledge(vpc, 'nothing here changes routes of a network that belongs to somebody else', 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId');
    const databaseGroup = SecurityGroup.fromSecurityGroupId(this, 'Database', network.databaseSecurityGroupId);
    const functionGroup = new SecurityGroup(this, 'TakeManifestGroup', { vpc, description: 'Function that reads the source', allowAllOutbound: true });
    databaseGroup.addIngressRule(functionGroup, Port.tcp(5432), 'function that reads the source');
    const takeManifest = new PipelineFunction(this, 'take-manifest', { names, key, environment: {} }, {
      description: 'Reads what the source holds and writes it where the source cannot change it',
      // Less than whoever waits for it has: a caller that ran out of time first would begin the same reading again beside it.
      timeout: Duration.minutes(14),
      memorySizeMb: 512,
      network: { vpc, subnets: { subnets: vpc.isolatedSubnets }, securityGroups: [functionGroup] },
      environment: {
        [ENV.PIPELINE]: config.name,
        [ENV.SOURCE_CLUSTER]: clusterIdentifier,
        [ENV.DATABASES]: JSON.stringify(databases),
        [ENV.SOURCE_SECRET_ARN]: readerSecretArn,
        [ENV.MANIFEST_BUCKET]: names.manifestBucket,
      },
      permissions: [
        { actions: ['rds:DescribeDBClusters'], resources: [`arn:aws:rds:${region}:${account}:cluster:${clusterIdentifier}`] },
        { actions: ['secretsmanager:GetSecretValue'], resources: [readerSecretArn] },
        {
          actions: ['kms:Decrypt'],
          resources: [`arn:aws:kms:${region}:${account}:key/*`],
          conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': readerSecretArn } },
          because: "which key the secret is under is its owner's choice; only this secret can be decrypted",
        },
        { actions: ['s3:PutObject'], resources: [`arn:aws:s3:::${names.manifestBucket}/*`], conditions: ONLY_ONCE, because: 'objects are named after captures' },
        // The key belongs to the account that restores; its policy names this role.
        { actions: ['kms:GenerateDataKey'], resources: [`arn:aws:kms:${region}:*:key/*`], because: 'the key of the manifests is made by another account', conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } } },
      ],
    });
    const pipeline = new CapturePipeline(this, 'Capture', { config, names, takeManifest, key });
    if (captureSchedule) {
      const input = { scheduledTime: '<aws.scheduler.scheduled-time>' };
      new FunctionSchedule(this, 'Schedule', { name: names.captureStateMachine, expression: captureSchedule, target: pipeline.startCapture, input, key });
    }
  }
}
