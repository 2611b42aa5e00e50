import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoTable } from '../../lambda/common/aws/dynamo-table';
import type { Place } from '../../local/cloud/gateway/service';
import type { LocalCloud } from '../../local/cloud/local-cloud';

/** Creates a table whose keys are texts, and waits until it can be used. */
export async function createTable(cloud: LocalCloud, place: Place, TableName: string, partition: string, sort?: string): Promise<DynamoTable> {
  const keys = [partition, ...(sort === undefined ? [] : [sort])];
  const client = cloud.client(DynamoDBClient, place);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  await cloud.clock.pass(60_000);
  return new DynamoTable(client, TableName);
}
