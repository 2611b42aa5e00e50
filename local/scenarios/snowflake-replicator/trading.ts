import type { ClientMachine, DatabaseLogin } from '../../rehearsal/client-machine';

const TRADERS = 6;
const TRANSACTIONS = 12;
const LONGEST_TRANSACTION_SECONDS = 0.12;
/** How long the slowest trader thinks before committing. */
const LONG_TRANSACTION_SECONDS = 3;

/**
 * Lets several people work on the shop at once, in the ways that cursors lose rows by: they commit in another order than
 * they began, roll back to savepoints, write within the same microsecond, and one holds a transaction open over all of it.
 */
export async function trade(bastion: ClientMachine, administrator: DatabaseLogin): Promise<void> {
  const traders = Array.from({ length: TRADERS }, (_, trader) => bastion.query(administrator, async (client) => {
    for (let turn = 0; turn < TRANSACTIONS; turn += 1) {
      await client.query('BEGIN');
      await client.query(`INSERT INTO sales.orders (customer_id, total, placed_at) SELECT 1 + n, ${trader} + n / 8.0, now() FROM generate_series(1, 5) n`);
      await client.query('SAVEPOINT doubt');
      await client.query(`UPDATE sales.orders SET state = 'returned' WHERE id % 97 = ${trader * TRANSACTIONS + turn}`);
      if (turn % 3 === 0) await client.query('ROLLBACK TO SAVEPOINT doubt');
      await client.query(`UPDATE sales.customers SET note = 'seen by ${trader} in turn ${turn}' WHERE id = ${1 + ((trader * 31 + turn * 7) % 1000)}`);
      await client.query(`SELECT pg_sleep(${(LONGEST_TRANSACTION_SECONDS * ((trader + turn) % TRADERS)) / TRADERS})`);
      await client.query(turn % 5 === 4 ? 'ROLLBACK' : 'COMMIT');
    }
  }));
  const slow = bastion.query(administrator, async (client) => {
    await client.query('BEGIN');
    await client.query(`INSERT INTO sales.orders (customer_id, total, placed_at) VALUES (1, 1, now())`);
    await client.query(`UPDATE sales.order_lines SET remark = 'changed early, committed late' WHERE order_id BETWEEN 100 AND 120`);
    await client.query(`SELECT pg_sleep(${LONG_TRANSACTION_SECONDS})`);
    await client.query('COMMIT');
  });
  await Promise.all([...traders, slow]);
}
