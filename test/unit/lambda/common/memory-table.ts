import type { DynamoTable, Item } from '../../../../lambda/common/aws/dynamo-table';

/** The rows of a table with a partition and a sort key, in memory: as much of a `DynamoTable` as an audit needs. */
export class MemoryTable implements Pick<DynamoTable, 'putNew' | 'last' | 'query'> {
  readonly items: Item[] = [];

  constructor(
    private readonly partition: string,
    private readonly sort: string,
  ) {}

  async putNew(item: Item): Promise<boolean> {
    if (this.items.some((other) => other[this.partition] === item[this.partition] && other[this.sort] === item[this.sort])) return false;
    this.items.push(structuredClone(item));
    return true;
  }

  async query(partition: Item): Promise<readonly Item[]> {
    return this.items.filter((item) => item[this.partition] === partition[this.partition]).sort((a, b) => (String(a[this.sort]) < String(b[this.sort]) ? -1 : 1));
  }

  async last(partition: Item): Promise<Item | undefined> {
    return (await this.query(partition)).at(-1);
  }
}
