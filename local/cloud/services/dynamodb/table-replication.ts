import type { CloudClock } from '../../gateway/clock';
import type { Json } from './dynalite-engine';
import type { WriteListener } from './item-store';
import type { Table, TableState } from './table';

/** Usually within a second. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html */
const DELAY_MS = 1000;

/** Carries writes to the replicas of a global table in other regions; of two writes to one item, the later one stays. */
export class TableReplication implements WriteListener {
  private readonly latest = new Map<string, number>();
  private writes = 0;

  constructor(
    private readonly state: TableState,
    private readonly clock: CloudClock,
    private readonly reportDefect: (error: Error, where: string) => void,
  ) {}

  written(table: Table, key: Json, item: Json | undefined): void {
    const others = [...table.replicaRegions].filter((region) => region !== table.region);
    if (others.length === 0) return;
    const id = `${table.account}/${table.name} ${JSON.stringify(key)}`;
    const write = (this.writes += 1);
    this.latest.set(id, write);
    this.clock.after(DELAY_MS, () => {
      if (this.latest.get(id) !== write) return;
      for (const region of others) {
        this.clock.whileWorking(() => this.apply(table, region, key, item)).catch((error: Error) => this.reportDefect(error, `replication of ${table.arn} to ${region}`));
      }
    });
  }

  /** Fills a new replica with what is there. */
  async fill(table: Table, region: string): Promise<void> {
    const { engine } = this.state.in(table);
    await engine.exclusive(async () => {
      for (const item of await engine.scanAll(table.name)) await this.apply(table, region, {}, item);
    });
  }

  private async apply({ account, name }: Table, region: string, Key: Json, Item: Json | undefined): Promise<void> {
    const { engine, tables } = this.state.in({ account, region });
    if (!tables.has(name)) return;
    await engine.exclusive(() => (Item ? engine.run('PutItem', { TableName: name, Item }) : engine.run('DeleteItem', { TableName: name, Key })));
  }
}
