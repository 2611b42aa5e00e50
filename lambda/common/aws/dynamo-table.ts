import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { clientFor, type Target } from './client-factory';

/** Plain data: what an item consists of. */
export type Item = Readonly<Record<string, unknown>>;

/** A condition over attributes of an item: an expression with `#name` and `:value` placeholders and what they stand for. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

const MARSHALL = { removeUndefinedValues: true };

/** One DynamoDB table, in plain data. Conditional writes answer whether the condition held instead of throwing. */
export class DynamoTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  static in(target: Target, tableName: string): DynamoTable {
    return new DynamoTable(clientFor(DynamoDBClient, target), tableName);
  }

  async get(key: Item): Promise<Item | undefined> {
    const { Item: found } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: marshall(key), ConsistentRead: true }));
    return found && unmarshall(found);
  }

  async put(item: Item): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.tableName, Item: marshall(item, MARSHALL) }));
  }

  /** Writes the item unless one with its key is there, which any attribute of the key tells; answers whether it did. */
  async putNew(item: Item, keyAttribute: string): Promise<boolean> {
    return this.putIf(item, { expression: 'attribute_not_exists(#key)', names: { '#key': keyAttribute } });
  }

  /** Writes the item if the condition holds for the one that is there; answers whether it did. */

  async putIf(item: Item, condition: Condition): Promise<boolean> {
    return held(
      this.client.send(new PutItemCommand({ TableName: this.tableName, Item: marshall(item, MARSHALL), ...conditionOf(condition) })),
    );
  }

  /** Sets attributes of an item, which is created when it is not there; answers whether the condition held. */
  async set(key: Item, attributes: Item, condition?: Condition): Promise<boolean> {
    const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const sets = entries.map((_, index) => `#s${index} = :s${index}`).join(', ');
    const names = { ...Object.fromEntries(entries.map(([name], index) => [`#s${index}`, name])), ...condition?.names };
    const values = { ...Object.fromEntries(entries.map(([, value], index) => [`:s${index}`, value])), ...condition?.values };
    return held(
      this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: marshall(key),
          UpdateExpression: `SET ${sets}`,
          ConditionExpression: condition?.expression,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: marshall(values, MARSHALL),
        }),
      ),
    );
  }

  async deleteIf(key: Item, condition: Condition): Promise<boolean> {
    return held(this.client.send(new DeleteItemCommand({ TableName: this.tableName, Key: marshall(key), ...conditionOf(condition) })));
  }

  /** All items of a partition, in the order of their sort key. */
  async query(partition: Item): Promise<readonly Item[]> {
    const found: Item[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.client }, this.partitionQuery(partition))) {
      found.push(...Items.map((item) => unmarshall(item)));
    }
    return found;
  }

  /** The item of a partition whose sort key is greatest. */
  async last(partition: Item): Promise<Item | undefined> {
    const query = new QueryCommand({ ...this.partitionQuery(partition), ScanIndexForward: false, Limit: 1 });
    const { Items: [item] = [] } = await this.client.send(query);
    return item && unmarshall(item);
  }

  private partitionQuery(partition: Item) {
    const [[name, value] = []] = Object.entries(partition);
    return {
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': name ?? '' },
      ExpressionAttributeValues: marshall({ ':p': value }),
    };
  }
}

async function held(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    // The caller asked whether the condition holds: this is the answer no.
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function conditionOf({ expression, names, values }: Condition) {
  return {
    ConditionExpression: expression,
    ...(names && { ExpressionAttributeNames: { ...names } }),
    ...(values && { ExpressionAttributeValues: marshall(values, MARSHALL) }),
  };
}
