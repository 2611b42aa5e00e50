import { createRealisticTable } from '../realistic-table';
import { median, NOTHING_MEASURED, ratio, type Measured, type Stages } from '../result';
import type { Rig } from '../rig';

const CHANGES = 1000;
const LIMIT = 1.5;
/** Kinds of statements that took less are not shown. */
const SHOWN_SECONDS = 0.005;
const SETTINGS = { cursor: { kind: 'column', column: 'updated_at', skewSeconds: 0 } };

interface Incremental {
  readonly seconds: number;
  /** Without what the warehouse took for its statements. */
  readonly ownSeconds: number;
  readonly stages: Stages;
}

type Statements = Awaited<ReturnType<Rig['measureWithStatements']>>['statements'];

/** Runs that take turns for each repeat of the bench: they are short. */
const RUNS = 3;

/** The same number of changes in a small and in a large table, as a whole and without the warehouse's statements: finding rows of a large table is its affair. Both take turns. */
export async function measureIncremental(rig: Rig, sizes: readonly [number, number], repeats: number): Promise<Measured> {
  const [few, many] = sizes;
  for (const rows of sizes) await load(rig, rows);
  const runs: readonly [Incremental[], Incremental[]] = [[], []];
  for (let run = 0; run < repeats * RUNS; run += 1) {
    runs[0].push(await change(rig, few, run));
    runs[1].push(await change(rig, many, run));
  }
  const [small, large] = [typical(runs[0]), typical(runs[1])];
  for (const rows of sizes) await rig.database.query(`DROP TABLE ${tableOf(rows)}`);
  const compared = (name: string, seconds: (measured: Incremental) => number) =>
    ratio({ name: `${CHANGES} changes in ${many} rows${name}`, value: seconds(large), yardstick: seconds(small), unit: 's', against: `in ${few} rows`, limit: LIMIT });
  return { ...NOTHING_MEASURED, ratios: [compared('', ({ seconds }) => seconds), compared(', warehouse apart', ({ ownSeconds }) => ownSeconds)], stages: [small.stages, large.stages] };
}

function tableOf(rows: number): string {
  return `public.changes_${rows}`;
}

async function load(rig: Rig, rows: number): Promise<void> {
  await createRealisticTable(rig.database, `changes_${rows}`, rows);
  await rig.measure({ work: 'replicate', table: tableOf(rows), mode: 'full', settings: SETTINGS });
}

/** Changes so many rows, others in each run, and brings them over. */
async function change(rig: Rig, rows: number, run: number): Promise<Incremental> {
  const table = tableOf(rows);
  await rig.database.query(`UPDATE ${table} SET state = 'changed ${run}', updated_at = now() WHERE id % ${Math.floor(rows / CHANGES)} = ${run}`);
  const { output, statements } = await rig.measureWithStatements({ work: 'replicate', table, mode: 'incremental', settings: SETTINGS });
  if (output.rows < CHANGES) throw new Error(`${output.rows} changes of ${CHANGES} were brought over`);
  const ownSeconds = output.seconds - statements.reduce((sum, { seconds }) => sum + seconds, 0);
  return { seconds: output.seconds, ownSeconds, stages: stagesOf(rows, ownSeconds, statements) };
}

function stagesOf(rows: number, ownSeconds: number, statements: Statements): Stages {
  const kinds = [...new Set(statements.map(({ kind }) => kind))];
  const stages = kinds.map((kind) => ({ stage: `warehouse: ${kind}`, seconds: statements.filter((statement) => statement.kind === kind).reduce((sum, { seconds }) => sum + seconds, 0) })).filter(({ seconds }) => seconds >= SHOWN_SECONDS);
  return { name: `${CHANGES} changes in ${rows} rows`, stages: [{ stage: 'function and source', seconds: ownSeconds }, ...stages] };
}

/** The run in the middle. */
function typical(runs: readonly Incremental[]): Incremental {
  const middle = median(runs.map(({ seconds }) => seconds));
  const found = runs.find(({ seconds }) => seconds === middle);
  if (!found) throw new Error('nothing was measured');
  return found;
}
