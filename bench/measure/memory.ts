import { createRealisticTable } from '../realistic-table';
import { median, NOTHING_MEASURED, ratio, type Measured } from '../result';
import type { Rig } from '../rig';

const MOST_MB = 512;
const FLAT = 1.1;
/** Twenty million rows take longer than a source in use should have to wait for. */
const PATIENT = { snapshotMaxAgeSeconds: 3600, statementTimeoutSeconds: 3600 };

/** The peak of the function's memory for a small and for a large table. Peaks differ from load to load: of the small table the median counts. */
export async function measureMemory(rig: Rig, [few, many]: readonly [number, number], repeats: number): Promise<Measured> {
  const [small, large] = [await peakOf(rig, few, repeats), await peakOf(rig, many, 1)];
  return {
    ...NOTHING_MEASURED,
    ratios: [ratio({ name: `peak memory for ${many} rows`, value: large, yardstick: small, unit: 'MB', against: `${few} rows`, limit: FLAT })],
    figures: [{ name: 'peak memory of the function', value: Math.max(small, large), unit: 'MB', limit: MOST_MB }],
  };
}

async function peakOf(rig: Rig, rows: number, loads: number): Promise<number> {
  const name = `memory_${rows}`;
  await createRealisticTable(rig.database, name, rows);
  const peaks: number[] = [];
  while (peaks.length < loads) peaks.push((await rig.measure({ work: 'replicate', table: `public.${name}`, mode: 'full', limits: PATIENT })).peakRssMb);
  await rig.database.query(`DROP TABLE public.${name}`);
  return median(peaks);
}
