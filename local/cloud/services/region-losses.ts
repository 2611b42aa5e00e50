import type { RegionOutages } from '../gateway/region-outages';
import type { ComputeServices } from './compute-services';

/** Lets networks and functions share the fate of their regions; other services see to their own. */
export function followRegionLosses(regions: RegionOutages, { fabric, killFunctionsIn }: Pick<ComputeServices, 'fabric' | 'killFunctionsIn'>): void {
  const heals = new Map<string, () => void>();
  regions.onChange(({ region, kind, processes }) => {
    if (kind === 'returned') {
      heals.get(region)?.();
      heals.delete(region);
      return;
    }
    heals.set(region, processes === 'kill' ? fabric.cut({ region }) : fabric.isolate(region));
    if (processes === 'kill') killFunctionsIn(region);
  });
}
