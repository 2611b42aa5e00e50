import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  paginateScan,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };
const AWAY = 'eu-central-1';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const keys = {
  KeySchema: [{ AttributeName: 'run', KeyType: 'HASH' as const }, { AttributeName: 'at', KeyType: 'RANGE' as const }],
  AttributeDefinitions: [{ AttributeName: 'run', AttributeType: 'S' as const }, { AttributeName: 'at', AttributeType: 'N' as const }],
};

describe('DynamoDB', () => {
  let cloud: LocalCloud;
  let db: DynamoDBClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    db = cloud.client(DynamoDBClient, place);
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const table = async (TableName: string, more = {}) => {
    await db.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...keys, ...more }));
    await cloud.clock.pass(MINUTE);
    return TableName;
  };
  const item = (run: string, at: number, more: Record<string, AttributeValue> = {}) => ({ run: { S: run }, at: { N: String(at) }, ...more });
  const put = (TableName: string, Item: Record<string, AttributeValue>, more = {}, client = db) => client.send(new PutItemCommand({ TableName, Item, ...more }));
  const get = async (TableName: string, run: string, at: number, client = db) => (await client.send(new GetItemCommand({ TableName, Key: item(run, at), ConsistentRead: true }))).Item;

  describe('items', () => {
    it('come back as they went in, every type of them', async () => {
      const name = await table('types');
      const everything = item('a', 1, {
        text: { S: 'x' }, number: { N: '-1.5' }, bytes: { B: Buffer.of(0, 255) }, flag: { BOOL: true }, nothing: { NULL: true },
        list: { L: [{ S: 'y' }, { M: { deep: { N: '2' } } }] }, texts: { SS: ['p', 'q'] }, numbers: { NS: ['1', '2'] }, blobs: { BS: [Buffer.of(1)] },
      });
      await put(name, everything);

      const found = await get(name, 'a', 1);

      expect({ ...found, bytes: [...found!.bytes!.B!], blobs: found!.blobs!.BS!.map((bytes) => [...bytes]) }).toEqual({ ...everything, bytes: [0, 255], blobs: [[1]] });
    });

    it('are found by query, in order, and by index', async () => {
      const name = await table('queried', {
        AttributeDefinitions: [...keys.AttributeDefinitions, { AttributeName: 'status', AttributeType: 'S' }],
        GlobalSecondaryIndexes: [{ IndexName: 'by-status', KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }],
      });
      for (const at of [3, 1, 2]) await put(name, item('a', at, { status: { S: at === 2 ? 'failed' : 'ok' } }));

      const latest = await db.send(new QueryCommand({ TableName: name, KeyConditionExpression: '#run = :run AND #at >= :at', ExpressionAttributeNames: { '#run': 'run', '#at': 'at' }, ExpressionAttributeValues: { ':run': { S: 'a' }, ':at': { N: '2' } }, ScanIndexForward: false }));
      const failed = await db.send(new QueryCommand({ TableName: name, IndexName: 'by-status', KeyConditionExpression: '#s = :s', ExpressionAttributeNames: { '#s': 'status' }, ExpressionAttributeValues: { ':s': { S: 'failed' } } }));

      expect(latest.Items!.map(({ at }) => at!.N)).toEqual(['3', '2']);
      expect(failed.Items).toMatchObject([{ at: { N: '2' } }]);
    });

    it('are written only when the condition holds, and the error shows the item that is in the way', async () => {
      const name = await table('conditional');
      await put(name, item('a', 1, { v: { N: '1' } }));
      const again = () => put(name, item('a', 1, { v: { N: '2' } }), { ConditionExpression: 'attribute_not_exists(run)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });

      await expect(again()).rejects.toBeInstanceOf(ConditionalCheckFailedException);
      await expect(again()).rejects.toMatchObject({ Item: { v: { N: '1' } } });
      await expect(get(name, 'a', 1)).resolves.toMatchObject({ v: { N: '1' } });
    });

    it('are changed in place', async () => {
      const name = await table('updated');
      const update = () => db.send(new UpdateItemCommand({ TableName: name, Key: item('a', 1), UpdateExpression: 'ADD n :one SET #s = if_not_exists(#s, :new)', ExpressionAttributeNames: { '#s': 'state' }, ExpressionAttributeValues: { ':one': { N: '1' }, ':new': { S: 'new' } }, ReturnValues: 'ALL_NEW' }));
      await update();

      await expect(update()).resolves.toMatchObject({ Attributes: { n: { N: '2' }, state: { S: 'new' } } });
    });

    it('go in and out in batches, over several tables', async () => {
      const [one, two] = [await table('batch-one'), await table('batch-two')];
      await db.send(new BatchWriteItemCommand({ RequestItems: { [one]: [{ PutRequest: { Item: item('a', 1) } }], [two]: [{ PutRequest: { Item: item('b', 2) } }] } }));

      const { Responses } = await db.send(new BatchGetItemCommand({ RequestItems: { [one]: { Keys: [item('a', 1)] }, [two]: { Keys: [item('b', 2), item('c', 3)] } } }));

      expect(Responses).toEqual({ [one]: [item('a', 1)], [two]: [item('b', 2)] });
    });

    it('are scanned page by page', async () => {
      const name = await table('scanned');
      for (const at of [1, 2, 3]) await put(name, item('a', at));
      const found: string[] = [];
      for await (const { Items } of paginateScan({ client: db, pageSize: 2 }, { TableName: name })) found.push(...Items!.map(({ at }) => at!.N!));

      expect(found).toEqual(['1', '2', '3']);
    });
  });

  describe('transactions', () => {
    const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) => db.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

    it('write everything together', async () => {
      const name = await table('together');
      await put(name, item('gone', 1));
      await put(name, item('there', 1, { n: { N: '1' } }));

      await write([
        { Put: { TableName: name, Item: item('new', 1) } },
        { Update: { TableName: name, Key: item('there', 1), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } } },
        { Delete: { TableName: name, Key: item('gone', 1) } },
        { ConditionCheck: { TableName: name, Key: item('other', 1), ConditionExpression: 'attribute_not_exists(run)' } },
      ]);

      const { Responses } = await db.send(new TransactGetItemsCommand({ TransactItems: ['new', 'there', 'gone'].map((run) => ({ Get: { TableName: name, Key: item(run, 1) } })) }));
      expect(Responses!.map(({ Item }) => Item)).toEqual([item('new', 1), item('there', 1, { n: { N: '2' } }), undefined]);
    });

    it('write nothing when one condition fails, and say which', async () => {
      const name = await table('nothing');
      await put(name, item('taken', 1, { by: { S: 'me' } }));
      const attempt = write([
        { Put: { TableName: name, Item: item('new', 1) } },
        { Put: { TableName: name, Item: item('taken', 1), ConditionExpression: 'attribute_not_exists(run)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
      ]);

      await expect(attempt).rejects.toBeInstanceOf(TransactionCanceledException);
      await expect(attempt).rejects.toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { by: { S: 'me' } } }] });
      await expect(get(name, 'new', 1)).resolves.toBeUndefined();
    });

    it('take back what is made when a later action turns out to be impossible', async () => {
      const name = await table('impossible');
      await put(name, item('text', 1, { v: { S: 'x' } }));
      const attempt = write([
        { Put: { TableName: name, Item: item('first', 1) } },
        { Update: { TableName: name, Key: item('text', 1), UpdateExpression: 'SET v = v + :one', ExpressionAttributeValues: { ':one': { N: '1' } } } },
      ]);

      await expect(attempt).rejects.toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }] });
      await expect(get(name, 'first', 1)).resolves.toBeUndefined();
      await expect(get(name, 'text', 1)).resolves.toMatchObject({ v: { S: 'x' } });
    });

    it('happen once for one token', async () => {
      const name = await table('token');
      const add = (run: string) => [{ Update: { TableName: name, Key: item(run, 1), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } } }];
      await write(add('a'), 'token-1');
      await write(add('a'), 'token-1');
      await expect(write(add('b'), 'token-1')).rejects.toBeInstanceOf(IdempotentParameterMismatchException);

      await expect(get(name, 'a', 1)).resolves.toMatchObject({ n: { N: '1' } });
    });

    it('do not touch an item twice', async () => {
      const name = await table('twice');
      const Put = { TableName: name, Item: item('a', 1) };

      await expect(write([{ Put }, { Put }])).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('are not seen half done', async () => {
      const name = await table('halves');
      const pair = (n: number) => write(['left', 'right'].map((run) => ({ Put: { TableName: name, Item: item(run, 1, { n: { N: String(n) } }) } })));
      const look = async () => (await db.send(new TransactGetItemsCommand({ TransactItems: ['left', 'right'].map((run) => ({ Get: { TableName: name, Key: item(run, 1) } })) }))).Responses!.map(({ Item }) => Item?.n?.N);

      const seen = await Promise.all([1, 2, 3, 4, 5].flatMap((n) => [pair(n).then(() => [] as (string | undefined)[]), look()]));

      for (const [left, right] of seen) expect(left).toBe(right);
    });
  });

  describe('tables', () => {
    it('can be used some seconds after they are created', async () => {
      await db.send(new CreateTableCommand({ TableName: 'young', BillingMode: 'PAY_PER_REQUEST', ...keys, Tags: [{ Key: 'system', Value: 'restore' }] }));
      await expect(put('young', item('a', 1))).rejects.toBeInstanceOf(ResourceNotFoundException);
      await cloud.clock.pass(MINUTE);

      await expect(put('young', item('a', 1))).resolves.toBeDefined();
      await expect(db.send(new DescribeTableCommand({ TableName: 'young' }))).resolves.toMatchObject({ Table: { TableStatus: 'ACTIVE', BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } } });
      await expect(db.send(new ListTagsOfResourceCommand({ ResourceArn: `arn:aws:dynamodb:${place.region}:${place.account}:table/young` }))).resolves.toMatchObject({ Tags: [{ Key: 'system', Value: 'restore' }] });
    });

    it('are there once', async () => {
      const name = await table('unique');

      await expect(table(name)).rejects.toBeInstanceOf(ResourceInUseException);
      await expect(db.send(new ListTablesCommand({}))).resolves.toMatchObject({ TableNames: expect.arrayContaining([name]) as string[] });
    });

    it('are deleted only without protection, and their items with them', async () => {
      const name = await table('protected', { DeletionProtectionEnabled: true });
      await put(name, item('a', 1));
      await expect(db.send(new DeleteTableCommand({ TableName: name }))).rejects.toMatchObject({ name: 'ValidationException' });
      await db.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
      await cloud.clock.pass(MINUTE);
      await db.send(new DeleteTableCommand({ TableName: name }));
      await cloud.clock.pass(MINUTE);
      await expect(db.send(new DescribeTableCommand({ TableName: name }))).rejects.toBeInstanceOf(ResourceNotFoundException);

      await table(name);
      await expect(get(name, 'a', 1)).resolves.toBeUndefined();
    });

    it('are their account\'s and region\'s own', async () => {
      const name = await table('apart');
      await put(name, item('a', 1));

      await expect(get(name, 'a', 1, cloud.client(DynamoDBClient, { ...place, region: AWAY }))).rejects.toBeInstanceOf(ResourceNotFoundException);
      await expect(get(name, 'a', 1, cloud.client(DynamoDBClient, { ...place, account: '222222222222' }))).rejects.toBeInstanceOf(ResourceNotFoundException);
    });

    it('get new indexes that find what is there', async () => {
      const name = await table('reindexed');
      await put(name, item('a', 1, { status: { S: 'ok' } }));
      await db.send(
        new UpdateTableCommand({
          TableName: name,
          AttributeDefinitions: [{ AttributeName: 'status', AttributeType: 'S' }],
          GlobalSecondaryIndexUpdates: [{ Create: { IndexName: 'by-status', KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } }],
        }),
      );
      await cloud.clock.pass(HOUR);

      const { Items } = await db.send(new QueryCommand({ TableName: name, IndexName: 'by-status', KeyConditionExpression: '#s = :s', ExpressionAttributeNames: { '#s': 'status' }, ExpressionAttributeValues: { ':s': { S: 'ok' } } }));

      expect(Items).toHaveLength(1);
    });
  });

  describe('time to live', () => {
    it('deletes items some time after they expire, and no others', async () => {
      const name = await table('expiring');
      await db.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: { AttributeName: 'until', Enabled: true } }));
      await expect(db.send(new DescribeTimeToLiveCommand({ TableName: name }))).resolves.toMatchObject({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLING' } });
      await cloud.clock.pass(HOUR);
      const at = (delayMs: number) => ({ N: String(Math.floor((cloud.clock.nowMs() + delayMs) / 1000)) });
      await put(name, item('soon', 1, { until: at(HOUR) }));
      await put(name, item('later', 1, { until: at(24 * HOUR) }));
      await put(name, item('never', 1, { until: { S: 'text' } }));

      await cloud.clock.pass(HOUR + MINUTE);
      await expect(get(name, 'soon', 1)).resolves.toBeDefined();
      await cloud.clock.pass(HOUR);
      await expect(get(name, 'soon', 1)).resolves.toBeUndefined();
      await expect(get(name, 'later', 1)).resolves.toBeDefined();
      await cloud.clock.pass(25 * HOUR);
      await expect(get(name, 'later', 1)).resolves.toBeUndefined();
      await expect(get(name, 'never', 1)).resolves.toBeDefined();
    });

    it('begins with what was there before', async () => {
      const name = await table('late');
      await put(name, item('old', 1, { until: { N: String(Math.floor(cloud.clock.nowMs() / 1000)) } }));
      await db.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: { AttributeName: 'until', Enabled: true } }));
      await cloud.clock.pass(2 * HOUR);

      await expect(get(name, 'old', 1)).resolves.toBeUndefined();
    });
  });

  it('cannot be read without the table\'s key, once what is remembered of it is forgotten', async () => {
    const kms = cloud.client(KMSClient, place);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata!.KeyId;
    const name = await table('encrypted', { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: KeyMetadata!.Arn } });
    await put(name, item('a', 1));
    await kms.send(new DisableKeyCommand({ KeyId }));

    await expect(get(name, 'a', 1)).resolves.toBeDefined();
    await cloud.clock.pass(6 * MINUTE);
    await expect(get(name, 'a', 1)).rejects.toMatchObject({ name: 'InaccessibleEncryptionCredentialsException' });
    await kms.send(new EnableKeyCommand({ KeyId }));
    await expect(get(name, 'a', 1)).resolves.toBeDefined();
  });

  describe('from templates', () => {
    it('is created as Table', async () => {
      const { resources } = await deployResources(cloud, place, {
        Audit: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            ...keys,
            BillingMode: 'PAY_PER_REQUEST',
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
            SSESpecification: { SSEEnabled: true },
            DeletionProtectionEnabled: true,
          },
        },
      });
      const TableName = resources.get('Audit')!.ref;

      await expect(db.send(new DescribeTableCommand({ TableName }))).resolves.toMatchObject({ Table: { TableStatus: 'ACTIVE', DeletionProtectionEnabled: true, SSEDescription: { SSEType: 'KMS' }, TableArn: resources.get('Audit')!.attributes!.Arn } });
      await expect(db.send(new DescribeContinuousBackupsCommand({ TableName }))).resolves.toMatchObject({ ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' } } });
    });

    it('is created as GlobalTable, whose replicas follow each other, the later write winning', async () => {
      const { resources } = await deployResources(cloud, place, {
        State: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            ...keys,
            BillingMode: 'PAY_PER_REQUEST',
            StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
            Replicas: [{ Region: place.region, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }, { Region: AWAY }],
          },
        },
      });
      const name = resources.get('State')!.ref;
      const away = cloud.client(DynamoDBClient, { ...place, region: AWAY });
      await put(name, item('a', 1, { from: { S: 'home' } }));
      await put(name, item('b', 1));
      await cloud.clock.pass(MINUTE);
      await expect(get(name, 'a', 1, away)).resolves.toMatchObject({ from: { S: 'home' } });

      await put(name, item('a', 1, { from: { S: 'away' } }), {}, away);
      await away.send(new DeleteItemCommand({ TableName: name, Key: item('b', 1) }));
      await cloud.clock.pass(MINUTE);

      await expect(get(name, 'a', 1)).resolves.toMatchObject({ from: { S: 'away' } });
      await expect(get(name, 'b', 1)).resolves.toBeUndefined();

      await put(name, item('c', 1, { from: { S: 'home' } }));
      await put(name, item('c', 1, { from: { S: 'away' } }), {}, away);
      await cloud.clock.pass(MINUTE);

      for (const client of [db, away]) await expect(get(name, 'c', 1, client)).resolves.toMatchObject({ from: { S: 'away' } });
    });
  });
});
