import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import type { Json } from './dynalite-engine';
import { keyNames, type Table, type TableState } from './table';
import type { TableEncryptions } from './table-encryption';
import { fromWire, toWire } from './wire-form';

/** Told of every item that was written or deleted. */
export interface WriteListener {
  /** `key` and `item` are in wire form; without an item, it was deleted. */
  written(table: Table, key: Json, item: Json | undefined): void;
}

/** Carries requests for items to the engine and tells what they changed. */
export class ItemStore {
  constructor(
    readonly state: TableState,
    private readonly encryption: TableEncryptions,
    private readonly listeners: readonly WriteListener[],
  ) {}

  /** The table of the request, whose key the caller has been able to open. */
  async tableFor(tableName: string | undefined, call: Call): Promise<Table> {
    const table = this.state.inUse(tableName, call);
    await this.encryption.open(table, call);
    return table;
  }

  async read<Output>(operation: 'GetItem' | 'Query' | 'Scan', input: { TableName: string | undefined }, call: Call): Promise<Output> {
    const table = await this.tableFor(input.TableName, call);
    const { engine } = this.state.in(table);
    return fromWire(operation, await engine.exclusive(() => engine.run(operation, toWire(operation, { ...input, TableName: table.name }))));
  }

  async write<Output>(operation: 'PutItem' | 'UpdateItem' | 'DeleteItem', input: WriteInput, call: Call): Promise<Output> {
    const table = await this.tableFor(input.TableName, call);
    const { engine } = this.state.in(table);
    return fromWire(operation, await engine.exclusive(() => this.writeOne(table, operation, input)));
  }

  /** Writes and reports one item; for callers who already have the engine for themselves. */
  async writeOne(table: Table, operation: 'PutItem' | 'UpdateItem' | 'DeleteItem', input: WriteInput): Promise<Json> {
    const { engine } = this.state.in(table);
    const wire = toWire(operation, { ...input, TableName: table.name });
    const key = keyOf(table, (wire.Key ?? wire.Item) as Json);
    try {
      const result = await engine.run(operation, wire);
      this.report(table, key, operation === 'DeleteItem' ? undefined : await this.itemAt(table, key));
      return result;
    } catch (error) {
      throw await this.withItem(error, table, key, input.ReturnValuesOnConditionCheckFailure);
    }
  }

  /** The item under the key, in wire form; for callers who have the engine for themselves. */
  async itemAt({ account, region, name }: Table, Key: Json): Promise<Json | undefined> {
    const { Item } = await this.state.in({ account, region }).engine.run('GetItem', { TableName: name, Key, ConsistentRead: true });
    return Item as Json | undefined;
  }

  report(table: Table, key: Json, item: Json | undefined): void {
    for (const listener of this.listeners) listener.written(table, key, item);
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html#DDB-PutItem-request-ReturnValuesOnConditionCheckFailure */
  private async withItem(error: unknown, table: Table, key: Json, wanted: string | undefined): Promise<unknown> {
    if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException' || wanted !== 'ALL_OLD') return error;
    const item = await this.itemAt(table, key);
    return new AwsError(error.code, error.message, { details: item ? { Item: asItem(item) } : {} });
  }
}

export interface WriteInput {
  readonly TableName?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** The key of an item or of a key that was given with it, in wire form. */
export function keyOf(table: Table, item: Json): Json {
  return Object.fromEntries(keyNames(table).flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** An item in wire form as the SDK's types have it. */
export function asItem(item: Json): Record<string, AttributeValue> {
  return fromWire<{ Item: Record<string, AttributeValue> }>('GetItem', { Item: item }).Item;
}

