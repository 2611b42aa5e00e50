import {
  CreateNamespaceCommand,
  CreateSnapshotCommand,
  CreateWorkgroupCommand,
  GetNamespaceCommand,
  GetSnapshotCommand,
  GetWorkgroupCommand,
  type ConfigParameter,
  type LogExport,
  type PerformanceTarget,
} from '@aws-sdk/client-redshift-serverless';
import type { ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';
import { until } from '../../deploy/until';

/** CloudFormation's Redshift Serverless resources. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_RedshiftServerless.html */
export const serverlessResources: ResourceProviders = {
  'AWS::RedshiftServerless::Namespace': {
    async create(properties, context) {
      const namespaceName = properties.text('NamespaceName');
      await context.aws.send(
        new CreateNamespaceCommand({
          namespaceName,
          adminUsername: properties.optionalText('AdminUsername'),
          adminUserPassword: properties.optionalText('AdminUserPassword'),
          manageAdminPassword: properties.flag('ManageAdminPassword'),
          adminPasswordSecretKmsKeyId: properties.optionalText('AdminPasswordSecretKmsKeyId'),
          dbName: properties.optionalText('DbName'),
          kmsKeyId: properties.optionalText('KmsKeyId'),
          defaultIamRoleArn: properties.optionalText('DefaultIamRoleArn'),
          iamRoles: properties.texts('IamRoles'),
          logExports: properties.texts('LogExports') as LogExport[] | undefined,
          tags: tagsOf(properties),
        }),
      );
      // They are about the deletion.
      properties.ignore('FinalSnapshotName', 'FinalSnapshotRetentionPeriod');
      const describe = async () => (await context.aws.send(new GetNamespaceCommand({ namespaceName }))).namespace;
      await until(context, `namespace ${namespaceName}`, async () => (await describe())?.status === 'AVAILABLE');
      const { namespaceArn, namespaceId, adminUsername, dbName, kmsKeyId, status, creationDate, adminPasswordSecretArn } = (await describe()) ?? {};
      return {
        ref: namespaceName,
        attributes: {
          'Namespace.NamespaceArn': namespaceArn,
          'Namespace.NamespaceId': namespaceId,
          'Namespace.NamespaceName': namespaceName,
          'Namespace.AdminUsername': adminUsername,
          'Namespace.DbName': dbName,
          'Namespace.KmsKeyId': kmsKeyId,
          'Namespace.Status': status,
          'Namespace.CreationDate': creationDate?.toISOString(),
          'Namespace.AdminPasswordSecretArn': adminPasswordSecretArn,
        },
      };
    },
  },
  'AWS::RedshiftServerless::Workgroup': {
    async create(properties, context) {
      const workgroupName = properties.text('WorkgroupName');
      await context.aws.send(
        new CreateWorkgroupCommand({
          workgroupName,
          namespaceName: properties.text('NamespaceName'),
          baseCapacity: properties.number('BaseCapacity'),
          maxCapacity: properties.number('MaxCapacity'),
          enhancedVpcRouting: properties.flag('EnhancedVpcRouting'),
          configParameters: properties.groups('ConfigParameters').map((parameter): ConfigParameter => ({ parameterKey: parameter.text('ParameterKey'), parameterValue: parameter.text('ParameterValue') })),
          securityGroupIds: properties.texts('SecurityGroupIds'),
          subnetIds: properties.texts('SubnetIds'),
          publiclyAccessible: properties.flag('PubliclyAccessible'),
          port: properties.number('Port'),
          pricePerformanceTarget: targetOf(properties),
          trackName: properties.optionalText('TrackName'),
          tags: tagsOf(properties),
        }),
      );
      const describe = async () => (await context.aws.send(new GetWorkgroupCommand({ workgroupName }))).workgroup;
      await until(context, `workgroup ${workgroupName}`, async () => (await describe())?.status === 'AVAILABLE');
      const { workgroupArn, workgroupId, status, endpoint, baseCapacity, namespaceName } = (await describe()) ?? {};
      return {
        ref: workgroupName,
        attributes: {
          'Workgroup.WorkgroupArn': workgroupArn,
          'Workgroup.WorkgroupId': workgroupId,
          'Workgroup.WorkgroupName': workgroupName,
          'Workgroup.NamespaceName': namespaceName,
          'Workgroup.Status': status,
          'Workgroup.BaseCapacity': baseCapacity,
          'Workgroup.Endpoint.Address': endpoint?.address,
          'Workgroup.Endpoint.Port': endpoint?.port,
        },
      };
    },
  },
  'AWS::RedshiftServerless::Snapshot': {
    async create(properties, context) {
      const snapshotName = properties.text('SnapshotName');
      await context.aws.send(new CreateSnapshotCommand({ snapshotName, namespaceName: properties.text('NamespaceName'), retentionPeriod: properties.number('RetentionPeriod'), tags: tagsOf(properties) }));
      const describe = async () => (await context.aws.send(new GetSnapshotCommand({ snapshotName }))).snapshot;
      await until(context, `snapshot ${snapshotName}`, async () => (await describe())?.status === 'AVAILABLE');
      const { snapshotArn, namespaceArn, kmsKeyId, ownerAccount, status } = (await describe()) ?? {};
      return {
        ref: snapshotName,
        attributes: { OwnerAccount: ownerAccount, 'Snapshot.SnapshotArn': snapshotArn, 'Snapshot.NamespaceArn': namespaceArn, 'Snapshot.KmsKeyId': kmsKeyId, 'Snapshot.Status': status },
      };
    },
  },
};

function tagsOf(properties: TemplateProperties): { key: string; value: string }[] {
  return properties.tags().map(({ Key, Value }) => ({ key: Key, value: Value }));
}

function targetOf(properties: TemplateProperties): PerformanceTarget | undefined {
  const target = properties.group('PricePerformanceTarget');
  return target && { status: target.text('Status') as PerformanceTarget['status'], level: target.number('Level') };
}
