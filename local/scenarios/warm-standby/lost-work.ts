import type { Place } from '../../cloud/gateway/service';
import type { Promised } from './load-client';
import type { ReportView, StandbyOnStage } from './standby-on-stage';

/** What `reconcile-losses` finds in the region that was lost, once it is back. */
export interface LossesView {
  readonly lost: readonly { readonly table: string; readonly numbers: readonly number[] }[];
  readonly objects: readonly { readonly key: string }[];
}

/** What a failover cost, by number: as the client sees it, the report tells it, and the old region's database lists it. */
export class LostWork {
  constructor(
    private readonly shop: StandbyOnStage,
    /** The region that was active before. */
    private readonly from: Place,
    private readonly report: ReportView,
  ) {}

  /** Promised by the old region and not in the new region's database. Fails the scenario unless the report says the same. */
  async checkReport(): Promise<readonly number[]> {
    const { shop, from, report } = this;
    const to = shop.otherThan(from);
    const present = new Set(await shop.databases.transactionsIn(to));
    const promised = numbersOf(shop.promisedBy(from));
    const lost = promised.filter((number) => !present.has(number));
    const [position] = report.positions;
    const told = promised.filter((number) => number > (position?.lastNumber ?? 0) || (position?.gaps ?? []).includes(number));
    const since = numbersOf(shop.promisedBy(to)).filter((number) => !present.has(number));
    shop.stage.check(same(lost, told), `report and client agree: ${lost.length} of ${promised.length} promised transactions are lost`, `lost: ${listed(lost)}`, `the report has lost: ${listed(told)}`);
    shop.stage.check(since.length === 0, `nothing that ${to.region} has promised is lost`, ...(since.length > 0 ? [`lost: ${listed(since)}`] : []));
    this.checkOneWriter();
    return lost;
  }

  /** Fails the scenario if both regions took writes at a time: the epoch before must have ended for all clients when the new one begins for the first. */
  private checkOneWriter(): void {
    const { shop, from, report } = this;
    const { epoch } = report.run;
    const before = shop.promisedBy(from).filter((promised) => promised.epoch < epoch);
    const after = shop.promisedBy(shop.otherThan(from)).filter((promised) => promised.epoch >= epoch);
    const lastBefore = Math.max(...before.map(({ atMs }) => atMs));
    const firstAfter = Math.min(...after.map(({ atMs }) => atMs));
    shop.stage.check(before.length === 0 || after.length === 0 || lastBefore < firstAfter, 'no split brain: the regions never took writes at the same time', `${Math.round((firstAfter - lastBefore) / 1000)} s between the last promise of the one and the first of the other`);
  }

  /** The old region is back: fails the scenario unless its list has what the client lost, and beyond that only what was promised to nobody. */
  async checkList(lost: readonly number[]): Promise<LossesView> {
    const { shop, from, report } = this;
    const { stage } = shop;
    const { operationId, epoch } = report.run;
    const found = await stage.step('list what only the old region holds', () =>
      stage.invoke<LossesView>(from, shop.nameIn(from, 'reconcile-losses'), { operationId, epoch, positions: report.positions }),
    );
    const numbers = found.lost.flatMap((table) => table.numbers);
    const promised = new Set(numbersOf(shop.promisedBy(from)));
    stage.check(same(lost, numbers.filter((number) => promised.has(number))), `its list has these ${lost.length}, whole`, `listed: ${listed(numbers)}`);
    return found;
  }
}

function numbersOf(promised: readonly Promised[]): readonly number[] {
  return promised.map(({ number }) => number);
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** `3-7, 9`, so that many fit a line; `none`. */
export function listed(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ') || 'none';
}
