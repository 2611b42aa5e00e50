import type * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Access, Operations } from '../../gateway/service';
import type { Json } from './dynalite-engine';
import { itemAccess, type ItemRequest } from './item-access';
import { asItem, keyOf, type ItemStore } from './item-store';
import type { Table } from './table';
import { fromWire, toWire } from './wire-form';

const MOST_ACTIONS = 100;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken */
const TOKEN_LASTS_MS = 10 * 60_000;

/** One action of a transaction. A check is a write that is judged and not made. */
interface Action {
  readonly kind: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';
  readonly request: ItemRequest & { readonly ReturnValuesOnConditionCheckFailure?: string | undefined };
}

interface Step extends Action {
  readonly table: Table;
  readonly key: Json;
  readonly before: Json | undefined;
}

/** All or nothing, over items of any tables of the account and region. */
export function transactionOperations(items: ItemStore, clock: CloudClock): Operations<typeof sdk> {
  const { state } = items;
  const done = new Map<string, { readonly request: string; readonly atMs: number }>();
  return {
    TransactWriteItems: {
      access: ({ TransactItems = [] }, call): readonly Access[] =>
        TransactItems.map(actionOf).map(({ kind, request }) => itemAccess(state, [request], call, `dynamodb:${kind}`, enclosing(kind, 'TransactWriteItems'))),
      run: async ({ TransactItems = [], ClientRequestToken: token }, call) => {
        const request = JSON.stringify(TransactItems);
        const earlier = token === undefined ? undefined : done.get(`${call.account}/${call.region}/${token}`);
        if (earlier && clock.nowMs() - earlier.atMs < TOKEN_LASTS_MS) {
          if (earlier.request !== request) throw new AwsError('IdempotentParameterMismatchException', 'The request uses the same client token as a previous, but non-identical request.');
          return {};
        }
        const actions = TransactItems.map(actionOf);
        checkCount(actions.length);
        const tables = await Promise.all(actions.map(({ request: { TableName } }) => items.tableFor(TableName, call)));
        await state.in(call).engine.exclusive(() => writeAll(items, actions, tables));
        if (token !== undefined) done.set(`${call.account}/${call.region}/${token}`, { request, atMs: clock.nowMs() });
        return {};
      },
    },
    TransactGetItems: {
      access: ({ TransactItems = [] }, call) => TransactItems.map(({ Get }) => itemAccess(state, [Get ?? {}], call, 'dynamodb:GetItem', enclosing('GetItem', 'TransactGetItems'))),
      run: async ({ TransactItems = [] }, call) => {
        checkCount(TransactItems.length);
        const tables = await Promise.all(TransactItems.map(({ Get }) => items.tableFor(Get?.TableName, call)));
        const { engine } = state.in(call);
        return engine.exclusive(async () => {
          const Responses: sdk.ItemResponse[] = [];
          for (const [index, { Get }] of TransactItems.entries()) {
            const found = await engine.run('GetItem', toWire('GetItem', { ...Get, TableName: tables[index]?.name }));
            Responses.push(fromWire('GetItem', found));
          }
          return { Responses };
        });
      },
    },
  };
}

async function writeAll(items: ItemStore, actions: readonly Action[], tables: readonly Table[]): Promise<void> {
  const steps: Step[] = [];
  for (const [index, action] of actions.entries()) {
    const table = tables[index] as Table;
    const wire = toWire('PutItem', { Item: action.request.Key ?? action.request.Item });
    const key = keyOf(table, wire.Item as Json);
    steps.push({ ...action, table, key, before: await items.itemAt(table, key) });
  }
  refuseRepeated(steps);
  const reasons: sdk.CancellationReason[] = [];
  for (const step of steps) reasons.push(await judge(items, step));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  await makeAll(items, steps);
}

/** Makes the writes, and unmakes them all when one of them turns out to be impossible. */
async function makeAll(items: ItemStore, steps: readonly Step[]): Promise<void> {
  const made: Step[] = [];
  for (const step of steps) {
    if (step.kind === 'ConditionCheckItem') continue;
    try {
      await items.writeOne(step.table, step.kind, step.request);
      made.push(step);
    } catch (error) {
      for (const { table, key, before } of made.reverse()) await restore(items, table, key, before);
      if (!(error instanceof AwsError)) throw error;
      throw cancelled(steps.map((each) => (each === step ? { Code: 'ValidationError', Message: error.message } : { Code: 'None' })));
    }
  }
}

async function restore(items: ItemStore, table: Table, key: Json, before: Json | undefined): Promise<void> {
  const { engine } = items.state.in(table);
  if (before) await engine.run('PutItem', { TableName: table.name, Item: before });
  else await engine.run('DeleteItem', { TableName: table.name, Key: key });
  items.report(table, key, before);
}

async function judge(items: ItemStore, { kind, request, table, before }: Step): Promise<sdk.CancellationReason> {
  const operation = kind === 'ConditionCheckItem' ? 'DeleteItem' : kind;
  const wire = toWire(operation, { ...request, TableName: table.name });
  if (await items.state.in(table).engine.conditionHolds(operation, wire, before)) return { Code: 'None' };
  const wantsItem = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before;
  return { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...(wantsItem && { Item: asItem(before) }) };
}

function actionOf({ Put, Update, Delete, ConditionCheck }: sdk.TransactWriteItem): Action {
  if (Put) return { kind: 'PutItem', request: Put };
  if (Update) return { kind: 'UpdateItem', request: Update };
  if (Delete) return { kind: 'DeleteItem', request: Delete };
  if (ConditionCheck) return { kind: 'ConditionCheckItem', request: ConditionCheck };
  throw invalid('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request');
}

/** Condition checks exist in transactions only, so that nothing has to be said about what encloses them. */
function enclosing(kind: Action['kind'] | 'GetItem', operation: string): Readonly<Record<string, string>> {
  return kind === 'ConditionCheckItem' ? {} : { 'dynamodb:EnclosingOperation': operation };
}

function checkCount(count: number): void {
  if (count < 1 || count > MOST_ACTIONS) throw invalid(`the transaction has ${count} actions, allowed: 1 to ${MOST_ACTIONS}`);
}

function refuseRepeated(steps: readonly Step[]): void {
  const ids = steps.map(({ table, key }) => `${table.arn} ${JSON.stringify(key)}`);
  if (new Set(ids).size < ids.length) throw invalid('Transaction request cannot include multiple operations on one item');
}

function cancelled(reasons: readonly sdk.CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError('TransactionCanceledException', `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`, {
    details: { CancellationReasons: reasons },
  });
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}
