import type { Passage } from '../rds/life-cycle/passages';
import type { ServerlessStatus } from './state/estate';

/**
 * The lives of namespaces, workgroups and snapshots; the statuses are those of the SDK's types. AWS promises no durations.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-workgroup-namespace.html
 */
export const SERVERLESS_LIFE_CYCLE = {
  createNamespace: { from: [], during: 'MODIFYING', to: 'AVAILABLE', minutes: 1 },
  modify: { from: ['AVAILABLE'], during: 'MODIFYING', to: 'AVAILABLE', minutes: 1 },
  restore: { from: ['AVAILABLE'], during: 'MODIFYING', to: 'AVAILABLE', minutes: 8 },
  createWorkgroup: { from: [], during: 'CREATING', to: 'AVAILABLE', minutes: 3 },
  createSnapshot: { from: [], during: 'CREATING', to: 'AVAILABLE', minutes: 2 },
  delete: { from: ['AVAILABLE', 'failed'], during: 'DELETING', to: 'DELETED', minutes: 2 },
} as const satisfies Record<string, Passage<ServerlessStatus>>;
