import type { Command } from 'commander';
import { MultiRegionKeys } from '../../../lambda/common/aws/multi-region-keys';
import type { Operator } from '../../command-line/operator';
import { table } from '../../command-line/table';
import { openSystem, type OpenRegion } from './system';

/** What `assess-readiness` answers, as far as it is shown. */
interface ReadinessView {
  readonly role: string;
  readonly scorePercent: number;
  readonly conditions: readonly { readonly name: string; readonly holds: boolean; readonly seen: string }[];
}

/** How a region stands; only a message when it could not be asked. */
type RegionStatus = { readonly region: string } & (ReadinessView | { readonly unreachable: string });

/** What is there to do before the first failover, and to know at any time. */
export function addSetUpCommands(standby: Command, operator: Operator, open: OpenRegion): void {
  standby
    .command('create-key <system>')
    .description('makes the multi-region key of the data, whose id goes into the configuration; safe to repeat')
    .action(async (name: string) => {
      const { config, places } = openSystem(operator, name);
      const keys = MultiRegionKeys.in(await operator.actIn(places.primary));
      const id = await keys.ensure({ alias: `alias/warm-standby-${name}-data`, description: `Data of ${name}`, replicaRegion: config.standby.region });
      operator.answer({ dataKeyId: id }, [`dataKeyId: '${id}'`]);
    });
  standby
    .command('prepare <system>')
    .description("makes the primary's database ready and the primary the active region, and has objects copied both ways; safe to repeat")
    .action(async (name: string) => {
      const region = await open(operator, name, undefined);
      const prepared = await region.call<{ epoch: number; activeRegion: string }>('prepare-database', {});
      operator.answer(prepared, [`${prepared.activeRegion} is the active region in epoch ${prepared.epoch}`]);
    });
  standby
    .command('status <system>')
    .description('says who is active, how ready each region is, and what keeps it from being ready')
    .action(async (name: string) => {
      const { config } = openSystem(operator, name);
      const regions = await Promise.all([config.primary.region, config.standby.region].map(async (region) => lookAt(operator, open, name, region)));
      operator.answer(regions, [...table(['REGION', 'ROLE', 'READY'], regions.map(rowOf)), ...regions.flatMap(failuresOf)]);
    });
}

async function lookAt(operator: Operator, open: OpenRegion, name: string, region: string): Promise<RegionStatus> {
  try {
    const opened = await open(operator, name, region);
    return { region, ...(await opened.call<ReadinessView>('assess-readiness', {})) };
  } catch (error) {
    // A region that does not answer is what one may want to know.
    return { region, unreachable: (error as Error).message };
  }
}

function rowOf(status: RegionStatus): string[] {
  return 'unreachable' in status ? [status.region, 'unknown', status.unreachable] : [status.region, status.role, `${status.scorePercent} %`];
}

function failuresOf(status: RegionStatus): readonly string[] {
  if ('unreachable' in status) return [];
  return status.conditions.filter(({ holds }) => !holds).map(({ name, seen }) => `${status.region}: not so: ${name} (${seen})`);
}
