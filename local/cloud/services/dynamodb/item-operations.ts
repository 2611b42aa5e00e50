import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Access, Call, Operations } from '../../gateway/service';
import type { Json } from './dynalite-engine';
import { itemAccess, type ItemRequest } from './item-access';
import { keyOf, type ItemStore } from './item-store';
import type { Table, TableState } from './table';
import { fromWire, toWire } from './wire-form';

/** Reading and writing items one by one, in batches, and by query. */
export function itemOperations(items: ItemStore): Operations<typeof sdk> {
  const { state } = items;
  const access = (input: ItemRequest, call: Call) => [itemAccess(state, [input], call)];
  return {
    GetItem: { access, run: (input, call) => items.read('GetItem', input, call) },
    PutItem: { access, run: (input, call) => items.write('PutItem', input, call) },
    UpdateItem: { access, run: (input, call) => items.write('UpdateItem', input, call) },
    DeleteItem: { access, run: (input, call) => items.write('DeleteItem', input, call) },
    Query: { access, run: (input, call) => items.read('Query', input, call) },
    Scan: { access, run: (input, call) => items.read('Scan', input, call) },
    BatchGetItem: {
      access: ({ RequestItems = {} }, call) => Object.entries(RequestItems).map(([TableName, { Keys = [], ...rest }]) => itemAccess(state, Keys.map((Key) => ({ ...rest, TableName, Key })), call)),
      run: async (input, call) => {
        const tables = await tablesOf(items, input.RequestItems, call);
        const requestItems = Object.fromEntries([...tables].map(([given, { name }]) => [name, input.RequestItems?.[given]]));
        const { engine } = state.in(call);
        const result = await engine.exclusive(() => engine.run('BatchGetItem', toWire('BatchGetItem', { ...input, RequestItems: requestItems })));
        return fromWire('BatchGetItem', result);
      },
    },
    BatchWriteItem: {
      access: ({ RequestItems = {} }, call) => Object.entries(RequestItems).map(([TableName, requests]) => batchWriteAccess(state, TableName, requests, call)),
      run: async (input, call) => {
        const tables = await tablesOf(items, input.RequestItems, call);
        const requestItems = Object.fromEntries([...tables].map(([given, { name }]) => [name, input.RequestItems?.[given]]));
        const { engine } = state.in(call);
        const wire = toWire('BatchWriteItem', { ...input, RequestItems: requestItems });
        return engine.exclusive(async () => {
          const result = await engine.run('BatchWriteItem', wire);
          for (const table of tables.values()) await reportBatch(items, table, (wire.RequestItems as Record<string, Json[]>)[table.name] ?? []);
          return fromWire('BatchWriteItem', result);
        });
      },
    },
  };
}

function batchWriteAccess(state: TableState, TableName: string, requests: readonly sdk.WriteRequest[], call: Call): Access {
  return itemAccess(state, requests.map(({ PutRequest, DeleteRequest }) => ({ TableName, Item: PutRequest?.Item, Key: DeleteRequest?.Key })), call);
}

/** The tables of a batch, by the name or ARN that the request gives them. */
async function tablesOf(items: ItemStore, requestItems: Readonly<Record<string, unknown>> | undefined, call: Call): Promise<ReadonlyMap<string, Table>> {
  const entries = await Promise.all(Object.keys(requestItems ?? {}).map(async (given) => [given, await items.tableFor(given, call)] as const));
  return new Map(entries);
}

async function reportBatch(items: ItemStore, table: Table, requests: readonly Json[]): Promise<void> {
  for (const { PutRequest, DeleteRequest } of requests as readonly { PutRequest?: { Item: Json }; DeleteRequest?: { Key: Json } }[]) {
    const key = keyOf(table, PutRequest?.Item ?? DeleteRequest?.Key ?? {});
    items.report(table, key, await items.itemAt(table, key));
  }
}

