import { finishSwap } from '../../../../../lambda/snowflake-replicator/load/swap-in';
import type { Workplace } from '../../../../../lambda/snowflake-replicator/load/workplace';
import type { PendingSwap } from '../../../../../lambda/snowflake-replicator/state/table-state';

const READER = { privilege: 'SELECT', granted_to: 'ROLE', grantee_name: 'ANALYST', grant_option: 'false' };
const OWNER = { privilege: 'OWNERSHIP', granted_to: 'ROLE', grantee_name: 'LOADER', grant_option: 'true' };
const SHARE = { privilege: 'SELECT', granted_to: 'SHARE', grantee_name: 'PARTNERS', grant_option: 'false' };

/** A table that is about to be replaced by one whose grants stay as they are, whatever is granted. */
function place(grants: readonly object[]) {
  const executed: string[] = [];
  const warehouse = {
    execute: (sql: string) => Promise.resolve({ rows: [], changed: executed.push(sql) }),
    rows: (sql: string, [, table]: readonly string[] = []) => {
      if (sql.startsWith('SHOW GRANTS')) return Promise.resolve(sql.includes('"ORDERS"') ? [OWNER, ...grants] : [OWNER]);
      return Promise.resolve([{ COMMENT: table === 'NEXT' ? 'new' : 'old' }]);
    },
  };
  const named = (table: string) => ({ database: 'DB', schema: 'HOLDFAST', table });
  const work = { control: { named }, target: { database: 'DB', schema: 'APP', table: 'ORDERS' }, ports: { checkpoint: () => undefined }, warehouse: () => Promise.resolve(warehouse) };
  return { work: work as unknown as Workplace, executed };
}

describe('a swap by which readers would lose privileges', () => {
  test.each([
    ['a role that the replicator may not grant to', READER, 'SELECT of ANALYST'],
    ['a role that may pass it on', { ...READER, grant_option: 'true' }, 'SELECT of ANALYST with grant option'],
    ['a share, which the replicator cannot grant to', SHARE, 'SELECT of PARTNERS'],
  ])('is not done: %s', async (_what, grant, lost) => {
    const { work, executed } = place([grant]);

    const swapping = finishSwap(work, { version: 1, fence: 1, state: null }, { next: 'NEXT', comment: 'new', misfits: 'M' } as PendingSwap);

    await expect(swapping).rejects.toMatchObject({ name: 'SnowflakeReplicator.GrantsWouldBeLost', message: expect.stringContaining(`"ORDERS" would lose the privileges ${lost}: let the replicator's role grant them`) as string });
    expect(executed.filter((sql) => !sql.startsWith('GRANT '))).toEqual([]);
  });
});
