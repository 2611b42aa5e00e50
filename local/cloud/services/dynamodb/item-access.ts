import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Access, Call, ContextValue } from '../../gateway/service';
import { keyNames, readTableName, tableArn, type Table, type TableState } from './table';

type Item = Readonly<Record<string, AttributeValue>>;
type Context = Readonly<Record<string, ContextValue>>;

/** The members of requests about items that access depends on. */
export interface ItemRequest {
  readonly TableName?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly Item?: Item | undefined;
  readonly Key?: Item | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
  readonly Select?: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

/** What IAM is asked about a table, or about one of its indexes. */
export function tableAccess(state: TableState, tableName: string | undefined, call: Call, { action, context, index }: { readonly action?: string; readonly context?: Context; readonly index?: string | undefined } = {}): Access {
  const table = state.find(tableName, call);
  const arn = table?.arn ?? tableArn(tableName, call);
  return {
    ...(action && { action }),
    resource: index === undefined ? arn : `${arn}/index/${index}`,
    context: { ...context },
    policy: { kind: 'ordinary', account: table?.account ?? readTableName(tableName, call).account, document: table?.policy?.document },
  };
}

/**
 * What IAM is asked about a request for items, with the keys for fine-grained access.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function itemAccess(state: TableState, requests: readonly ItemRequest[], call: Call, action?: string, context: Context = {}): Access {
  const [first] = requests;
  const table = state.find(first?.TableName, call);
  const leadingKeys = table ? requests.flatMap((request) => leadingKeyOf(table, request)) : [];
  const attributes = new Set(requests.flatMap(attributesOf));
  return tableAccess(state, first?.TableName, call, {
    ...(action && { action }),
    index: first?.IndexName,
    context: {
      ...(leadingKeys.length > 0 && { 'dynamodb:LeadingKeys': leadingKeys }),
      ...(attributes.size > 0 && { 'dynamodb:Attributes': [...attributes] }),
      ...(first?.Select !== undefined && { 'dynamodb:Select': first.Select }),
      ...(first?.ReturnValues !== undefined && { 'dynamodb:ReturnValues': first.ReturnValues }),
      ...(first?.ReturnConsumedCapacity !== undefined && { 'dynamodb:ReturnConsumedCapacity': first.ReturnConsumedCapacity }),
      ...context,
    },
  });
}

function leadingKeyOf(table: Table, request: ItemRequest): readonly string[] {
  const partitionKey = partitionKeyOf(table, request.IndexName);
  const inItem = (request.Key ?? request.Item)?.[partitionKey] ?? keyConditionValue(request, partitionKey);
  const value = inItem?.S ?? inItem?.N ?? (inItem?.B && Buffer.from(inItem.B).toString('base64'));
  return value === undefined ? [] : [value];
}

function partitionKeyOf(table: Table, indexName: string | undefined): string {
  const index = [...table.globalIndexes, ...table.localIndexes].find(({ IndexName }) => IndexName === indexName);
  return keyNames({ keySchema: index?.KeySchema ?? table.keySchema })[0] ?? '';
}

/** The value that a key condition such as `#id = :id AND at > :since` gives the partition key. */
function keyConditionValue({ KeyConditionExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: ItemRequest, partitionKey: string): AttributeValue | undefined {
  for (const [, name = '', value = ''] of KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    if ((ExpressionAttributeNames[name] ?? name) === partitionKey) return ExpressionAttributeValues[value];
  }
  return undefined;
}

/** The names of the top-level attributes that a request speaks of. */
function attributesOf(request: ItemRequest): readonly string[] {
  const expressions = [request.ProjectionExpression, request.ConditionExpression, request.UpdateExpression, request.FilterExpression, request.KeyConditionExpression];
  const inExpressions = expressions.flatMap((expression) => namesIn(expression ?? '')).map((name) => request.ExpressionAttributeNames?.[name] ?? name);
  return [...Object.keys(request.Item ?? {}), ...Object.keys(request.Key ?? {}), ...(request.AttributesToGet ?? []), ...inExpressions];
}

const KEYWORDS = new Set(['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN']);

function namesIn(expression: string): readonly string[] {
  return [...expression.matchAll(/(?<![\w.#:])(#?[A-Za-z_]\w*)(?!\w|\s*\()/g)].map(([, name = '']) => name).filter((name) => !KEYWORDS.has(name.toUpperCase()));
}
