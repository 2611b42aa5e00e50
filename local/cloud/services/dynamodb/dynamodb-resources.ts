import {
  CreateTableCommand,
  DescribeTableCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type CreateTableCommandInput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { DeployedResource, ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../deploy/template-properties';

const POLL_MS = 5_000;

/** CloudFormation's DynamoDB resources. `GlobalTable` is what the CDK calls `TableV2`. */
export const dynamoDbResources: ResourceProviders = {
  'AWS::DynamoDB::Table': {
    async create(properties, context) {
      const TableName = properties.optionalText('TableName') ?? context.generatedName(255);
      const sse = properties.group('SSESpecification');
      const stream = properties.raw<{ StreamViewType: 'NEW_AND_OLD_IMAGES' }>('StreamSpecification');
      await context.aws.send(
        new CreateTableCommand({
          ...definitionOf(properties, TableName),
          SSESpecification: sse && { Enabled: sse.flag('SSEEnabled'), SSEType: sse.optionalText('SSEType') as 'KMS' | undefined, KMSMasterKeyId: sse.optionalText('KMSMasterKeyId') },
          StreamSpecification: stream && { StreamEnabled: true, ...stream },
          DeletionProtectionEnabled: properties.flag('DeletionProtectionEnabled'),
          Tags: properties.tags(),
        }),
      );
      await untilActive(TableName, context);
      await configure(TableName, properties, properties, context);
      return describe(TableName, context);
    },
  },
  'AWS::DynamoDB::GlobalTable': {
    async create(properties, context) {
      const TableName = properties.optionalText('TableName') ?? context.generatedName(255);
      const replicas = properties.groups('Replicas').map((replica) => ({ region: replica.text('Region'), replica }));
      const home = replicas.find(({ region }) => region === context.region)?.replica;
      if (!home) throw new TemplateError(`Replicas: none is in ${context.region}, where the stack is`);
      const sse = properties.group('SSESpecification');
      const stream = properties.raw<{ StreamViewType: 'NEW_AND_OLD_IMAGES' }>('StreamSpecification');
      const keyOf = (replica: TemplateProperties) => replica.group('SSESpecification')?.optionalText('KMSMasterKeyId');
      await context.aws.send(
        new CreateTableCommand({
          ...definitionOf(properties, TableName),
          SSESpecification: sse && { Enabled: sse.flag('SSEEnabled'), SSEType: sse.optionalText('SSEType') as 'KMS' | undefined, KMSMasterKeyId: keyOf(home) },
          StreamSpecification: stream && { StreamEnabled: true, ...stream },
          DeletionProtectionEnabled: home.flag('DeletionProtectionEnabled'),
          Tags: home.tags(),
        }),
      );
      await untilActive(TableName, context);
      for (const { region, replica } of replicas) {
        if (region === context.region) continue;
        await context.aws.send(new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create: { RegionName: region, KMSMasterKeyId: keyOf(replica) } }] }));
        await untilActive(TableName, context);
        await untilActive(TableName, { ...context, aws: context.aws.inRegion(region) });
        await configure(TableName, replica, undefined, { ...context, aws: context.aws.inRegion(region) });
        await context.aws.inRegion(region).send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: replica.flag('DeletionProtectionEnabled') }));
        replica.ignore('Tags');
      }
      await configure(TableName, home, properties, context);
      return describe(TableName, context);
    },
  },
};

function definitionOf(properties: TemplateProperties, TableName: string): Pick<CreateTableCommandInput, 'TableName' | 'KeySchema' | 'AttributeDefinitions'> & Partial<CreateTableCommandInput> {
  return {
    TableName,
    KeySchema: properties.raw('KeySchema'),
    AttributeDefinitions: properties.raw('AttributeDefinitions'),
    GlobalSecondaryIndexes: properties.raw('GlobalSecondaryIndexes'),
    LocalSecondaryIndexes: properties.raw('LocalSecondaryIndexes'),
    BillingMode: properties.optionalText('BillingMode') as CreateTableCommandInput['BillingMode'],
    ProvisionedThroughput: properties.raw('ProvisionedThroughput'),
    TableClass: properties.optionalText('TableClass') as CreateTableCommandInput['TableClass'],
  };
}

/** What the API sets only once a table exists. */
async function configure(TableName: string, own: TemplateProperties, shared: TemplateProperties | undefined, { aws }: ResourceContext): Promise<void> {
  const recovery = own.group('PointInTimeRecoverySpecification');
  if (recovery?.flag('PointInTimeRecoveryEnabled')) {
    await aws.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: recovery.number('RecoveryPeriodInDays') },
      }),
    );
  }
  const timeToLive = shared?.group('TimeToLiveSpecification');
  if (timeToLive?.flag('Enabled')) {
    await aws.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: timeToLive.text('AttributeName') } }));
  }
  // Insights change nothing that a rehearsal could show.
  own.ignore('ContributorInsightsSpecification');
}

async function untilActive(TableName: string, { aws, clock }: ResourceContext): Promise<TableDescription | undefined> {
  for (;;) {
    const { Table } = await aws.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return Table;
    await clock.pass(POLL_MS);
  }
}

async function describe(TableName: string, context: ResourceContext): Promise<DeployedResource> {
  const table = await untilActive(TableName, context);
  return { ref: TableName, attributes: { Arn: table?.TableArn, TableId: table?.TableId, ...(table?.LatestStreamArn && { StreamArn: table.LatestStreamArn }) } };
}
