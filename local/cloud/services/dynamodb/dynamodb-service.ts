import * as sdk from '@aws-sdk/client-dynamodb';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { itemOperations } from './item-operations';
import { ItemStore } from './item-store';
import { TableState } from './table';
import { TableChanges } from './table-changes';
import { TableEncryptions } from './table-encryption';
import { tableOperations } from './table-operations';
import { TableReplication } from './table-replication';
import { Expiry } from './time-to-live';
import { transactionOperations } from './transactions';

/** DynamoDB: tables are ours, items are dynalite's. `close` ends the engines. */
export function createDynamoDbService(context: CloudContext, iam: IamState): { readonly service: Service; readonly close: () => Promise<void> } {
  const { clock } = context;
  const reportDefect = (error: Error, where: string) => context.reportDefect(error, where);
  const state = new TableState();
  const encryption = new TableEncryptions(context);
  const replication = new TableReplication(state, clock, reportDefect);
  const expiry = new Expiry(state, clock, replication, reportDefect);
  const changes = new TableChanges(state, encryption, replication, context);
  const items = new ItemStore(state, encryption, [replication, expiry]);
  const service = defineService(sdk, 'dynamodb', {
    ...tableOperations({ state, changes, expiry, clock, iam }),
    ...itemOperations(items),
    ...transactionOperations(items, clock),
  });
  return { service, close: () => state.close() };
}
