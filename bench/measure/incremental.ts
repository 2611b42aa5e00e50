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

/** The same number of changes in a small and in a large table, as a whole and without the warehouse's statements: finding rows of a large table is its affair. */
export async function measureIncremental(rig: Rig, [few, many]: readonly [number, number], repeats: number): Promise<Measured> {
  const [small, large] = [await changesOf(rig, few, repeats), await changesOf(rig, many, repeats)];
  const compared = (name: string, seconds: (measured: Incremental) => number) =>
    ratio({ name: `${CHANGES} changes in ${many} rows${name}`, value: seconds(large), yardstick: seconds(small), unit: 's', against: `in ${few} rows`, limit: LIMIT });
  return { ...NOTHING_MEASURED, ratios: [compared('', ({ seconds }) => seconds), compared(', warehouse apart', ({ ownSeconds }) => ownSeconds)], stages: [small.stages, large.stages] };
}

async function changesOf(rig: Rig, rows: number, repeats: number): Promise<Incremental> {
  const name = `changes_${rows}`;
  const table = `public.${name}`;
  await createRealisticTable(rig.database, name, rows);
  await rig.measure({ work: 'replicate', table, mode: 'full', settings: SETTINGS });
  const runs: Incremental[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    await rig.database.query(`UPDATE ${table} SET state = 'changed ${repeat}', updated_at = now() WHERE id % ${Math.floor(rows / CHANGES)} = ${repeat}`);
    const { output, statements } = await rig.measureWithStatements({ work: 'replicate', table, mode: 'incremental', settings: SETTINGS });
    if (output.rows < CHANGES) throw new Error(`${output.rows} changes of ${CHANGES} were brought over`);
    const ownSeconds = output.seconds - statements.reduce((sum, { seconds }) => sum + seconds, 0);
    runs.push({ seconds: output.seconds, ownSeconds, stages: stagesOf(rows, ownSeconds, statements) });
  }
  await rig.database.query(`DROP TABLE ${table}`);
  return typical(runs);
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
