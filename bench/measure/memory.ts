import { createRealisticTable } from '../realistic-table';
import { NOTHING_MEASURED, ratio, type Measured } from '../result';
import type { Rig } from '../rig';

const MOST_MB = 512;
const FLAT = 1.1;

/** The peak of the function's memory for a small and for a large table. */
export async function measureMemory(rig: Rig, [few, many]: readonly [number, number]): Promise<Measured> {
  const [small, large] = [await peakOf(rig, few), await peakOf(rig, many)];
  return {
    ...NOTHING_MEASURED,
    ratios: [ratio({ name: `peak memory for ${many} rows`, value: large, yardstick: small, unit: 'MB', against: `${few} rows`, limit: FLAT })],
    figures: [{ name: 'peak memory of the function', value: Math.max(small, large), unit: 'MB', limit: MOST_MB }],
  };
}

async function peakOf(rig: Rig, rows: number): Promise<number> {
  const name = `memory_${rows}`;
  await createRealisticTable(rig.database, name, rows);
  const { peakRssMb } = await rig.measure({ work: 'replicate', table: `public.${name}`, mode: 'full' });
  await rig.database.query(`DROP TABLE public.${name}`);
  return peakRssMb;
}
