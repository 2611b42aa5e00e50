import { setTimeout as wallTime } from 'node:timers/promises';
import { checkConditional, create, type Store } from 'dynalite/db/index.js';
import { checkTypes, checkValidations } from 'dynalite/validations/index.js';
import { AwsError } from '../../gateway/aws-error';
import { computedOnce } from '../../gateway/computed-once';
import type { Place } from '../../gateway/service';

/** What dynalite does for us; everything around tables is ours. */
export type EngineOperation =
  | 'BatchGetItem' | 'BatchWriteItem' | 'CreateTable' | 'DeleteItem' | 'DeleteTable' | 'DescribeTable' | 'GetItem' | 'PutItem' | 'Query' | 'Scan' | 'UpdateItem';

/** A request or answer as it is on the wire. */
export type Json = Record<string, unknown>;

type Action = (store: Store, data: object, done: (error: EngineFailure | null, result?: Json) => void) => void;
interface Validation {
  readonly types: object;
  readonly custom: unknown;
}
interface EngineFailure extends Error {
  readonly statusCode?: number;
  readonly body?: { readonly __type?: string; readonly message?: string; readonly Message?: string };
}

const IMMEDIATELY = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
const POLL_MS = 1;
const LONGEST_WAIT_MS = 10_000;

/** The items of one account and region: dynalite, without its web server. */
export class DynaliteEngine {
  private readonly store: Store = create(IMMEDIATELY);
  private queue: Promise<unknown> = Promise.resolve();

  constructor({ account, region }: Place) {
    this.store.tableDb.awsAccountId = account;
    this.store.tableDb.awsRegion = region;
  }

  /** Runs the task when those before it are done, so that nobody sees half of a transaction. Tasks must not nest. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = this.queue.then(task);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Rejects with the error that DynamoDB would give. */
  async run(operation: EngineOperation, input: Json): Promise<Json> {
    const { default: action } = await actionOf(operation);
    const data = await this.validate(operation, input);
    return new Promise((resolve, reject) => {
      action(this.store, data, (error, result) => (error ? reject(asAwsError(error)) : resolve(result ?? {})));
    });
  }

  /** Whether the condition of a write holds for the item; rejects when the request itself is wrong. */
  async conditionHolds(operation: 'PutItem' | 'DeleteItem' | 'UpdateItem', input: Json, item: Json | undefined): Promise<boolean> {
    return checkConditional(await this.validate(operation, input), item) == null;
  }

  /** Every item of a table, in wire form. */
  async scanAll(tableName: string): Promise<readonly Json[]> {
    const items: Json[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const page = await this.run('Scan', { TableName: tableName, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) });
      items.push(...(page.Items as Json[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }

  /** Resolves when the engine has caught up with a change of tables, which takes it some turns of the event loop. */
  async settled(tableName: string): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      const { Table } = await this.run('DescribeTable', { TableName: tableName }).catch(() => ({ Table: undefined }));
      const { TableStatus, GlobalSecondaryIndexes = [] } = (Table ?? { TableStatus: 'ACTIVE' }) as { TableStatus: string; GlobalSecondaryIndexes?: { IndexStatus: string }[] };
      if ([TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)].every((status) => status === 'ACTIVE')) return;
      if (performance.now() > deadline) throw new Error(`dynalite left table ${tableName} in ${TableStatus}`);
      await wallTime(POLL_MS);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => this.store.db.close((error) => (error ? reject(error) : resolve())));
  }

  private async validate(operation: EngineOperation, input: Json): Promise<object> {
    const { types, custom } = await validationOf(operation);
    try {
      const data = checkTypes(structuredClone(input), types);
      checkValidations(data, types, custom, this.store);
      return data;
    } catch (error) {
      throw asAwsError(error as EngineFailure);
    }
  }
}

const actionOf = computedOnce(async (operation) => (await import(`dynalite/actions/${fileOf(operation)}`)) as { readonly default: Action });
const validationOf = computedOnce(async (operation) => (await import(`dynalite/validations/${fileOf(operation)}`)) as Validation);

function fileOf(operation: string): string {
  return `${operation.charAt(0).toLowerCase()}${operation.slice(1)}.js`;
}

function asAwsError(error: EngineFailure): Error {
  const { statusCode, body } = error;
  if (statusCode === undefined) return error;
  return new AwsError(body?.__type?.split('#').pop() ?? 'InternalServerError', body?.message ?? body?.Message ?? '', { status: statusCode });
}
