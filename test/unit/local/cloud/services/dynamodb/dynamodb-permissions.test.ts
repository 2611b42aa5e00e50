import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { actAs, allow, policyText, type StatementJson } from '../../../../../support/role-session';

const OWNER = '111111111111';
const REGION = 'eu-west-1';
const DENIED = { name: 'AccessDeniedException' };
const item = (id: string, more = {}) => ({ id: { S: id }, ...more });

describe('permissions of DynamoDB', () => {
  let cloud: LocalCloud;
  let admin: DynamoDBClient;
  let names = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    admin = cloud.client(DynamoDBClient, { account: OWNER, region: REGION });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const nextName = (kind: string) => `${kind}-${(names += 1)}`;
  const table = async (more = {}) => {
    const TableName = nextName('table');
    const GlobalSecondaryIndexes = [{ IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'ALL' as const } }];
    const AttributeDefinitions = ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
    await admin.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions, GlobalSecondaryIndexes, ...more }));
    await cloud.clock.pass(60_000);
    return { TableName, arn: `arn:aws:dynamodb:${REGION}:${OWNER}:table/${TableName}` };
  };
  const as = async (account: string, ...statements: readonly StatementJson[]) => (await actAs(cloud, account, nextName('role'), statements)).client(DynamoDBClient, REGION);

  it('needs each action on the table by its ARN', async () => {
    const [mine, other] = [await table(), await table()];
    const client = await as(OWNER, allow('dynamodb:GetItem', mine.arn));
    const get = (TableName: string) => client.send(new GetItemCommand({ TableName, Key: item('a') }));

    await expect(get(mine.TableName)).resolves.toBeDefined();
    await expect(get(other.TableName)).rejects.toMatchObject(DENIED);
    await expect(client.send(new PutItemCommand({ TableName: mine.TableName, Item: item('a') }))).rejects.toMatchObject(DENIED);
  });

  it('asks about an index by the index\'s own ARN', async () => {
    const { TableName, arn } = await table();
    const query = async (resource: string) =>
      (await as(OWNER, allow('dynamodb:Query', resource))).send(
        new QueryCommand({ TableName, IndexName: 'by-kind', KeyConditionExpression: 'kind = :k', ExpressionAttributeValues: { ':k': { S: 'x' } } }),
      );

    await expect(query(arn)).rejects.toMatchObject(DENIED);
    await expect(query(`${arn}/index/*`)).resolves.toBeDefined();
  });

  it('tells policies the partition keys and attributes', async () => {
    const { TableName, arn } = await table();
    const client = await as(
      OWNER,
      allow('dynamodb:*', arn, { Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['run-*'] }, 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id', 'state'] } } }),
    );
    const update = (id: string, name: string) =>
      client.send(new UpdateItemCommand({ TableName, Key: item(id), UpdateExpression: 'SET #n = if_not_exists(#n, :v)', ExpressionAttributeNames: { '#n': name }, ExpressionAttributeValues: { ':v': { S: 'x' } } }));

    await expect(update('run-1', 'state')).resolves.toBeDefined();
    await expect(update('job-1', 'state')).rejects.toMatchObject(DENIED);
    await expect(update('run-1', 'secret')).rejects.toMatchObject(DENIED);
  });

  it('asks about each action of a transaction by itself', async () => {
    const { TableName, arn } = await table();
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item: item('a') } }, { ConditionCheck: { TableName, Key: item('b'), ConditionExpression: 'attribute_not_exists(id)' } }],
    });
    const inTransactions = { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };
    const half = await as(OWNER, allow('dynamodb:PutItem', arn));
    const whole = await as(OWNER, allow('dynamodb:PutItem', arn, { Condition: inTransactions }), allow('dynamodb:ConditionCheckItem', arn));

    await expect(half.send(transaction)).rejects.toMatchObject(DENIED);
    await expect(whole.send(transaction)).resolves.toBeDefined();
    await expect(whole.send(new PutItemCommand({ TableName, Item: item('c') }))).rejects.toMatchObject(DENIED);
  });

  it('needs kms:Decrypt for a table under a key of its own, and nothing for one under the key that AWS manages', async () => {
    const { KeyMetadata } = await cloud.client(KMSClient, { account: OWNER, region: REGION }).send(new CreateKeyCommand({}));
    const own = await table({ SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: KeyMetadata!.Arn } });
    const managed = await table({ SSESpecification: { Enabled: true, SSEType: 'KMS' } });
    const reader = await as(OWNER, allow('dynamodb:GetItem', '*'));
    const through = { StringEquals: { 'kms:ViaService': `dynamodb.${REGION}.amazonaws.com`, 'kms:EncryptionContext:aws:dynamodb:tableName': own.TableName } };
    const opener = await as(OWNER, allow('dynamodb:GetItem', '*'), allow('kms:Decrypt', KeyMetadata!.Arn, { Condition: through }));
    const get = (client: DynamoDBClient, TableName: string) => client.send(new GetItemCommand({ TableName, Key: item('a') }));

    await expect(get(reader, managed.TableName)).resolves.toBeDefined();
    await expect(get(reader, own.TableName)).rejects.toMatchObject(DENIED);
    await expect(get(opener, own.TableName)).resolves.toBeDefined();
  });

  it('lets another account in by the table\'s policy, and by its ARN', async () => {
    const { TableName, arn } = await table();
    const visitor = await actAs(cloud, '222222222222', nextName('visitor'), [allow('dynamodb:GetItem', arn)]);
    const client = visitor.client(DynamoDBClient, REGION);
    const get = () => client.send(new GetItemCommand({ TableName: arn, Key: item('a') }));
    await admin.send(new PutItemCommand({ TableName, Item: item('a') }));
    await expect(get()).rejects.toMatchObject(DENIED);

    await admin.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy: policyText(allow('dynamodb:GetItem', arn, { Principal: { AWS: visitor.roleArn } })) }));

    await expect(get()).resolves.toMatchObject({ Item: item('a') });
  });
});
