import { createRealisticTable, REALISTIC_COLUMNS } from '../realistic-table';
import { median, NOTHING_MEASURED, ratio, type CpuTime, type Measured, type Ratio, type Stages } from '../result';
import type { Rig } from '../rig';
import type { WorkerOutput } from '../worker/worker-input';

const TABLE = 'orders_full';
const PAGE_BYTES = 8192;
/** A part file of the size that the settings have by default, before compression. */
const PAGES_PER_PART = (64 * 1024 * 1024) / PAGE_BYTES;
const PROOFS = [
  { name: 'full load without proof', proof: 'incremental', limit: 1.5 },
  { name: 'full load with proof', proof: 'always', limit: 2.5 },
] as const;

interface Load {
  readonly output: WorkerOutput;
  readonly cpu: Omit<CpuTime, 'name'>;
  readonly floorSeconds: number;
}

/** A full load from the first connection until it is swapped in, beside COPY of the same table to nowhere and the least way to move it. All take turns. */
export async function measureFullLoad(rig: Rig, rows: number, repeats: number): Promise<Measured> {
  await createRealisticTable(rig.database, TABLE, rows);
  const table = `public.${TABLE}`;
  const { rows: [size] } = await rig.database.query<{ bytes: string }>('SELECT pg_relation_size($1) AS bytes', [table]);
  const parts = Math.ceil(Number(size?.bytes) / PAGE_BYTES / PAGES_PER_PART);
  const yardsticks: number[] = [];
  const loads = PROOFS.map((): Load[] => []);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    yardsticks.push((await rig.measure({ work: 'copy-to-nowhere', table })).seconds);
    for (const [index, { proof }] of PROOFS.entries()) {
      const measured = await rig.measureWithCpu({ work: 'replicate', table, mode: 'full', settings: { proof, target: `FULL_${proof.toUpperCase()}` } });
      const { seconds: floorSeconds } = await rig.measureFloor({ table, columns: REALISTIC_COLUMNS, parts, pagesPerPart: PAGES_PER_PART, proof: proof === 'always' });
      loads[index]?.push({ ...measured, floorSeconds });
    }
  }
  await rig.database.query(`DROP TABLE ${table}`);
  const yardstick = median(yardsticks);
  return {
    ...NOTHING_MEASURED,
    ratios: PROOFS.map(({ name, limit }, index) => ratioOf(`${name} of ${rows} rows`, limit, yardstick, loads[index] ?? [])),
    stages: PROOFS.map(({ name }, index) => stagesOf(name, loads[index]?.at(-1)?.output)),
    cpu: PROOFS.flatMap(({ name }, index) => (loads[index] ?? []).slice(-1).map(({ cpu }) => ({ name, ...cpu }))),
  };
}

function ratioOf(name: string, limit: number, yardstick: number, loads: readonly Load[]): Ratio {
  const value = median(loads.map(({ output }) => output.seconds));
  const floor = median(loads.map(({ floorSeconds }) => floorSeconds)) / yardstick;
  return ratio({ name, value, yardstick, unit: 's', against: 'COPY of the table to nowhere', limit, floor });
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
