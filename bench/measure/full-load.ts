import { createRealisticTable } from '../realistic-table';
import { median, ratio, type Measured, type Stages } from '../result';
import type { Rig } from '../rig';
import type { WorkerOutput } from '../worker/worker-input';

const TABLE = 'orders_full';
const PROOFS = [
  { name: 'full load without proof', proof: 'incremental', limit: 1.5 },
  { name: 'full load with proof', proof: 'always', limit: 2.5 },
] as const;

/** A full load from the first connection until it is swapped in, beside COPY of the same table to nowhere. The two take turns. */
export async function measureFullLoad(rig: Rig, rows: number, repeats: number): Promise<Measured> {
  await createRealisticTable(rig.database, TABLE, rows);
  const table = `public.${TABLE}`;
  const yardsticks: number[] = [];
  const loads = PROOFS.map((): WorkerOutput[] => []);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    yardsticks.push((await rig.measure({ work: 'copy-to-nowhere', table })).seconds);
    for (const [index, { proof }] of PROOFS.entries()) loads[index]?.push(await rig.measure({ work: 'replicate', table, mode: 'full', settings: { proof, target: `FULL_${proof.toUpperCase()}` } }));
  }
  const yardstick = median(yardsticks);
  const results = PROOFS.map(({ name, limit }, index) => {
    const seconds = median((loads[index] ?? []).map((load) => load.seconds));
    return ratio({ name: `${name} of ${rows} rows`, value: seconds, yardstick, unit: 's', against: 'COPY of the table to nowhere', limit });
  });
  const stages = PROOFS.map(({ name }, index) => stagesOf(name, loads[index]?.at(-1)));
  await rig.database.query(`DROP TABLE ${table}`);
  return { ratios: results, figures: [], stages };
}

/** Where the time goes: each stage ends with the last of its checkpoints, which overlap within the load of the parts. */
function stagesOf(name: string, load: WorkerOutput | undefined): Stages {
  const ends = new Map(load?.checkpoints ?? []);
  let before = 0;
  const stages = [...ends].map(([stage, seconds]) => {
    const took = seconds - before;
    before = seconds;
    return { stage, seconds: took };
  });
  return { name, stages };
}
