import type { Condition, Item } from '../../../lambda/common/aws/dynamo-table';

/** A DynamoDB table in memory, with the conditions that locks use: `attribute_not_exists(#a)` and `#a = :b`. */
export class MemoryTable {
  private readonly items = new Map<string, Item>();

  get(key: Item): Promise<Item | undefined> {
    return Promise.resolve(this.items.get(idOf(key)));
  }

  putIf(item: Item, condition: Condition): Promise<boolean> {
    const id = idOf({ table_id: item['table_id'] });
    if (!holds(this.items.get(id), condition)) return Promise.resolve(false);
    this.items.set(id, item);
    return Promise.resolve(true);
  }

  set(key: Item, attributes: Item, condition?: Condition): Promise<boolean> {
    const id = idOf(key);
    if (condition && !holds(this.items.get(id), condition)) return Promise.resolve(false);
    this.items.set(id, { ...key, ...this.items.get(id), ...attributes });
    return Promise.resolve(true);
  }
}

function idOf(key: Item): string {
  return JSON.stringify(key);
}

function holds(item: Item | undefined, { expression, names = {}, values = {} }: Condition): boolean {
  const [, missing, name = '', value = ''] = /^(?:attribute_not_exists\((#\w+)\)|(#\w+) = (:\w+))$/.exec(expression) ?? [];
  if (missing !== undefined) return item?.[names[missing] ?? ''] === undefined;
  return item?.[names[name] ?? ''] === values[value];
}
