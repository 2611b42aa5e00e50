import { Command } from 'commander';
import { table } from '../bin/command-line/table';

interface Answer {
  readonly value?: readonly Readonly<Record<string, string | null>>[];
  readonly error?: { readonly message: string };
}

/** Asks the warehouse of a kept cloud, in a shell that its file was sourced in. */
async function main(): Promise<void> {
  const program = new Command('node --import tsx local/query-warehouse.ts')
    .description('Runs a statement in the warehouse of a kept cloud, as its administrator.')
    .argument('<sql>', 'such as: SELECT COUNT(*) FROM SHOP.SALES.ORDERS')
    .allowExcessArguments(false);
  const [sql = ''] = program.parse().args;
  const { HOLDFAST_WAREHOUSE: url, HOLDFAST_WAREHOUSE_TOKEN: token } = process.env;
  if (url === undefined || token === undefined) program.error('HOLDFAST_WAREHOUSE is not set: source the file that `npm run cloud` names');
  const response = await fetch(`${url}/execute`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify([sql]) });
  const { value: rows = [], error } = (await response.json()) as Answer;
  if (error) program.error(error.message);
  const columns = Object.keys(rows[0] ?? {});
  process.stdout.write(`${table(columns, rows.map((row) => columns.map((column) => row[column] ?? 'NULL'))).join('\n')}\n`);
}

void main();
