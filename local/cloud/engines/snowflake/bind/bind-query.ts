import { beyondStandIn, compilationError } from '../snowflake-error';
import type { Call, CommonTable, Expression, FromItem, OrderItem, Query, QueryBody, Select, SelectItem } from '../sql/ast';
import { isSemiStructured } from '../sql/sql-type';
import type { Identifier } from '../sql/token-cursor';
import { ExpressionBinder, orderText } from './bind-expression';
import type { Bound } from './bound';
import { commonType, orderable } from './coerce';
import { castTo } from './convert';
import type { BindEnvironment, Source, SourceColumn } from './environment';
import { AGGREGATE_NAMES } from './functions/aggregates';
import { Scope, type ScopeTable } from './scope';

/** A translated query: DuckDB text whose columns are `physical`, in order, with their Snowflake names and types. */
export interface BoundQuery {
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
}

/** Common tables by name; an inner WITH hides an outer one. */
type CommonTables = ReadonlyMap<string, Source>;

/** FROM as DuckDB text, and its tables; `stored` is the name of the table where it is a single one with rows of its own. */
interface From {
  readonly sql: string;
  readonly tables: ScopeTable[];
  readonly stored?: string;
}

/** Translates whole queries: every name is resolved here, so DuckDB only meets physical ones. */
export class QueryBinder {
  constructor(private readonly env: BindEnvironment) {}

  bind(query: Query, outer?: Scope, inherited: CommonTables = new Map()): BoundQuery {
    const tables = new Map(inherited);
    const definitions = query.with.map((table) => this.commonTable(table, tables, outer));
    const prefix = definitions.length > 0 ? `WITH ${definitions.join(', ')} ` : '';
    const body = this.body(query.body, query.orderBy, outer, tables);
    const limit = query.limit ? ` LIMIT ${this.rowCount(query.limit)}` : '';
    const offset = query.offset ? ` OFFSET ${this.rowCount(query.offset)}` : '';
    return { sql: `${prefix}${body.sql}${limit}${offset}`, columns: body.columns };
  }

  private rowCount(value: Expression): string {
    return `CAST(${this.expressions(new Scope([])).bind(value).sql} AS BIGINT)`;
  }

  /** A binder for expressions over some tables, for statements that are no queries. */
  expressions(scope: Scope): ExpressionBinder {
    return new ExpressionBinder(this.env, scope, (query, inner) => this.bind(query, inner));
  }

  /** Translates FROM; the scope's tables are in the order in which `*` shows them. */
  from(item: FromItem, outer: Scope | undefined, tables: CommonTables = new Map()): From {
    if (item.kind === 'join') {
      const left = this.from(item.left, outer, tables);
      const right = this.from(item.right, outer, tables);
      const scope = new Scope([...left.tables, ...right.tables], outer);
      const on = item.on ? ` ON ${this.binder(scope, tables).condition(item.on)}` : '';
      const first = item.type === 'INNER' && !outer ? onlyJoined(left, right, on) : left.sql;
      return { sql: `${first} ${item.type} JOIN ${right.sql}${on}`, tables: [...scope.tables] };
    }
    const source = this.source(item, outer, tables);
    const physicalAlias = this.env.uniqueAlias();
    const path = item.alias ? [item.alias.name] : source.path;
    return { sql: `${source.sql} AS ${physicalAlias}`, tables: [{ path, physicalAlias, columns: source.columns }], ...(isStored(source) && { stored: source.sql }) };
  }

  private source(item: Exclude<FromItem, { kind: 'join' }>, outer: Scope | undefined, tables: CommonTables): Source {
    switch (item.kind) {
      case 'table': {
        const common = item.name.length === 1 ? tables.get((item.name[0] as Identifier).name) : undefined;
        return common ?? this.env.table(item.name);
      }
      case 'query': {
        const bound = this.bind(item.query, outer, tables);
        return { sql: `(${bound.sql})`, columns: bound.columns, path: [] };
      }
      case 'values':
        return this.values(item, outer, tables);
      case 'function':
        return this.env.tableFunction(item.name, item.call);
    }
  }

  private values({ rows, columns }: FromItem & { kind: 'values' }, outer: Scope | undefined, tables: CommonTables): Source {
    const binder = this.binder(new Scope([], outer), tables);
    const bound = rows.map((row) => row.map((value) => binder.bind(value)));
    const width = bound[0]?.length ?? 0;
    if (bound.some((row) => row.length !== width)) throw compilationError('001003', '42000', 'VALUES rows differ in length.');
    const types = [...Array(width).keys()].map((index) =>
      commonType(
        bound.map((row) => (row[index] as Bound).type),
        'VALUES',
      ),
    );
    const text = bound.map(
      (row) => `(${row.map((value, index) => castTo(value, types[index] as Bound['type'], this.env).sql).join(', ')})`,
    );
    const physical = types.map((_, index) => `v${index + 1}`);
    return {
      sql: `(SELECT * FROM (VALUES ${text.join(', ')}) AS v(${physical.join(', ')}))`,
      columns: types.map((type, index) => ({
        name: columns[index]?.name ?? `COLUMN${index + 1}`,
        physical: physical[index] as string,
        type,
        nullable: true,
      })),
      path: [],
    };
  }

  private commonTable(table: CommonTable, tables: Map<string, Source>, outer: Scope | undefined): string {
    const bound = this.bind(table.query, outer, tables);
    const physical = this.env.uniqueAlias();
    const columns = bound.columns.map((column, index) => ({ ...column, name: table.columns[index]?.name ?? column.name }));
    tables.set(table.name.name, { sql: physical, columns, path: [table.name.name] });
    return `${physical} AS (${bound.sql})`;
  }

  private body(body: QueryBody, orderBy: readonly OrderItem[], outer: Scope | undefined, tables: CommonTables): BoundQuery {
    if (body.kind === 'select') return this.select(body, orderBy, outer, tables);
    const bound = body.kind === 'nested' ? this.nested(body.query, outer, tables) : this.setOperation(body, outer, tables);
    if (orderBy.length === 0) return bound;
    const order = orderBy.map((item) => orderText(this.outputColumn(item.value, bound.columns), item)).join(', ');
    return { sql: `SELECT * FROM (${bound.sql}) ORDER BY ${order}`, columns: bound.columns };
  }

  private nested(query: Query, outer: Scope | undefined, tables: CommonTables): BoundQuery {
    const bound = this.bind(query, outer, tables);
    return { sql: `SELECT * FROM (${bound.sql})`, columns: bound.columns };
  }

  /** An ORDER BY item of a set operation: a position or a column's name. */
  private outputColumn(value: Expression, columns: readonly SourceColumn[]): string {
    const column =
      value.kind === 'literal' && value.type === 'number'
        ? columns[Number(value.value) - 1]
        : value.kind === 'column' && value.parts.length === 1
          ? columns.find(({ name }) => name === value.parts[0]?.name)
          : undefined;
    if (!column) throw beyondStandIn(`ORDER BY ${value.source} after a set operation`);
    return orderable({ sql: `"${column.physical}"`, type: column.type });
  }

  private setOperation({ operator, left, right }: QueryBody & { kind: 'set' }, outer: Scope | undefined, tables: CommonTables): BoundQuery {
    const [a, b] = [this.body(left, [], outer, tables), this.body(right, [], outer, tables)];
    if (a.columns.length !== b.columns.length) {
      throw compilationError(
        '001789',
        '42601',
        `invalid number of result columns for set operator input branches, expected ${a.columns.length}, got ${b.columns.length} in branch {2}`,
      );
    }
    const types = a.columns.map((column, index) => commonType([column.type, (b.columns[index] as SourceColumn).type], operator));
    if (operator !== 'UNION ALL' && types.some((type) => type.kind === 'timestamp_tz' || isSemiStructured(type)))
      throw beyondStandIn(`${operator} of TIMESTAMP_TZ or semi-structured values`);
    const columns = a.columns.map((column, index) => ({
      ...column,
      physical: `o${index + 1}`,
      type: types[index] as Bound['type'],
      nullable: true,
    }));
    const converted = (branch: BoundQuery) => {
      const values = branch.columns.map(
        (column, index) =>
          `${castTo({ sql: `"${column.physical}"`, type: column.type }, types[index] as Bound['type'], this.env).sql} AS "o${index + 1}"`,
      );
      return `SELECT ${values.join(', ')} FROM (${branch.sql})`;
    };
    return { sql: `${converted(a)} ${operator} ${converted(b)}`, columns };
  }

  private select(select: Select, orderBy: readonly OrderItem[], outer: Scope | undefined, tables: CommonTables): BoundQuery {
    const from = select.from ? this.from(select.from, outer, tables) : undefined;
    const scope = new Scope(from?.tables ?? [], outer);
    const binder = this.binder(scope, tables);
    const outputs = select.items.flatMap((item) => this.selectItem(item, scope, binder));
    if (select.distinct && outputs.some(({ value }) => value.type.kind === 'timestamp_tz' || isSemiStructured(value.type)))
      throw beyondStandIn('DISTINCT of TIMESTAMP_TZ or semi-structured values');
    const columns = outputs.map(({ name, value, nullable }, index) => ({ name, physical: `o${index + 1}`, type: value.type, nullable }));
    const parts = [
      `SELECT ${select.distinct ? 'DISTINCT ' : ''}${outputs.map(({ value }, index) => `${value.sql} AS "o${index + 1}"`).join(', ')}`,
      from && `FROM ${from.sql}`,
      select.where && `WHERE ${binder.condition(select.where)}`,
      select.groupBy && `GROUP BY ${this.groupBy(select.groupBy, select.items, outputs, binder)}`,
      select.having && `HAVING ${binder.condition(select.having)}`,
      select.qualify && `QUALIFY ${binder.condition(select.qualify)}`,
      orderBy.length > 0 && `ORDER BY ${orderBy.map((item) => orderText(this.orderItem(item.value, outputs, binder), item)).join(', ')}`,
    ];
    return { sql: parts.filter((part) => typeof part === 'string').join(' '), columns };
  }

  private selectItem(item: SelectItem, scope: Scope, binder: ExpressionBinder): Output[] {
    if (item.kind === 'value') {
      const value = binder.bind(item.value);
      const column = item.value.kind === 'column' ? item.value.parts.at(-1)?.name : undefined;
      const name = item.alias?.name ?? column ?? item.value.source.toUpperCase();
      if (item.alias && !scope.aliases.has(name)) scope.aliases.set(name, { sql: `(${value.sql})`, type: value.type });
      return [{ name, value, nullable: true }];
    }
    const tables = scope.tablesNamed(item.qualifier ? [item.qualifier.name] : []);
    if (tables.length === 0)
      throw compilationError(
        '002003',
        '02000',
        item.qualifier ? `Object '${item.qualifier.name}' does not exist or not authorized.` : 'SELECT * needs a FROM clause',
      );
    const excluded = item.exclude.map(({ name }) => name);
    const outputs = tables.flatMap((table) =>
      table.columns.map((column) => ({
        name: column.name,
        value: { sql: `${table.physicalAlias}."${column.physical}"`, type: column.type },
        nullable: column.nullable,
      })),
    );
    const unknown = excluded.find((name) => !outputs.some((output) => output.name === name));
    if (unknown !== undefined) throw compilationError('000904', '42000', `invalid identifier '${unknown}'`);
    return outputs.filter(({ name }) => !excluded.includes(name));
  }

  private groupBy(
    items: readonly Expression[] | 'all',
    selected: readonly SelectItem[],
    outputs: readonly Output[],
    binder: ExpressionBinder,
  ): string {
    const keys =
      items === 'all'
        ? selected
            .filter((item) => item.kind === 'value' && !hasAggregate(item.value))
            .map((item) => binder.bind((item as SelectItem & { kind: 'value' }).value))
        : items.map((item) => this.groupItem(item, outputs, binder));
    if (keys.some(({ type }) => type.kind === 'timestamp_tz' || isSemiStructured(type)))
      throw beyondStandIn('GROUP BY TIMESTAMP_TZ or a semi-structured value');
    return keys.length === 0 ? '()' : keys.map(({ sql }) => sql).join(', ');
  }

  private groupItem(item: Expression, outputs: readonly Output[], binder: ExpressionBinder): Bound {
    return this.byPosition(item, outputs, 'GROUP BY') ?? binder.bind(item);
  }

  /** In ORDER BY an output name hides a column of the same name, unlike everywhere else. */
  private orderItem(item: Expression, outputs: readonly Output[], binder: ExpressionBinder): string {
    const name = item.kind === 'column' && item.parts.length === 1 ? item.parts[0]?.name : undefined;
    const named = name === undefined ? undefined : outputs.find((output) => output.name === name)?.value;
    return orderable(this.byPosition(item, outputs, 'ORDER BY') ?? named ?? binder.bind(item));
  }

  private byPosition(item: Expression, outputs: readonly Output[], clause: string): Bound | undefined {
    if (item.kind !== 'literal' || item.type !== 'number') return undefined;
    const output = outputs[Number(item.value) - 1];
    if (!output) throw compilationError('000983', '42601', `${clause} position ${item.value} is not in the select list`);
    return output.value;
  }

  private binder(scope: Scope, tables: CommonTables): ExpressionBinder {
    return new ExpressionBinder(this.env, scope, (query, inner) => this.bind(query, inner, tables));
  }
}

interface Output {
  readonly name: string;
  readonly value: Bound;
  readonly nullable: boolean;
}

/** True when the expression is computed over groups, for GROUP BY ALL. */
function hasAggregate(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasAggregate);
  if (typeof value !== 'object' || value === null) return false;
  const call = value as Partial<Call>;
  if (call.kind === 'call' && !call.over && AGGREGATE_NAMES.has(call.name ?? '')) return true;
  return Object.values(value).some(hasAggregate);
}

function isStored({ sql }: Source): boolean {
  return /^"[^"]+"$/.test(sql);
}

/**
 * The left side of an inner join, of a stored table only the rows that the join takes: DuckDB reads every column of every row before it
 * joins, and finds some rows of many much sooner by what the condition compares.
 */
function onlyJoined({ sql, stored, tables: [table] }: From, right: From, on: string): string {
  if (stored === undefined || right.stored === undefined || !table) return sql;
  return `(SELECT * FROM ${stored} WHERE rowid IN (SELECT ${table.physicalAlias}.rowid FROM ${sql} INNER JOIN ${right.sql}${on})) AS ${table.physicalAlias}`;
}
