import { createRealisticTable } from '../realistic-table';
import { median, NOTHING_MEASURED, ratio, type Measured } from '../result';
import type { Rig } from '../rig';

const CHANGES = 1000;
const LIMIT = 1.5;
const SETTINGS = { cursor: { kind: 'column', column: 'updated_at', skewSeconds: 0 } };

/** The same number of changes in a small and in a large table: what matters is how many changed. */
export async function measureIncremental(rig: Rig, [few, many]: readonly [number, number], repeats: number): Promise<Measured> {
  const [small, large] = [await changesOf(rig, few, repeats), await changesOf(rig, many, repeats)];
  return { ...NOTHING_MEASURED, ratios: [ratio({ name: `${CHANGES} changes in ${many} rows`, value: large, yardstick: small, unit: 's', against: `in ${few} rows`, limit: LIMIT })] };
}

async function changesOf(rig: Rig, rows: number, repeats: number): Promise<number> {
  const name = `changes_${rows}`;
  const table = `public.${name}`;
  await createRealisticTable(rig.database, name, rows);
  await rig.measure({ work: 'replicate', table, mode: 'full', settings: SETTINGS });
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    await rig.database.query(`UPDATE ${table} SET state = 'changed ${repeat}', updated_at = now() WHERE id % ${Math.floor(rows / CHANGES)} = ${repeat}`);
    const run = await rig.measure({ work: 'replicate', table, mode: 'incremental', settings: SETTINGS });
    if (run.rows < CHANGES) throw new Error(`${run.rows} changes of ${CHANGES} were brought over`);
    seconds.push(run.seconds);
  }
  await rig.database.query(`DROP TABLE ${table}`);
  return median(seconds);
}
