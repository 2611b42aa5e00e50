import { beyondStandIn } from '../../snowflake-error';
import { ARRAY, BOOLEAN, FLOAT, isSemiStructured, number, TEXT } from '../../sql/sql-type';
import { type Bound, quoting, raise } from '../bound';
import { asText, orderable } from '../coerce';
import { aggregate, at, type FunctionDefinition, type FunctionTable, windowed, wrongArguments } from './function-definition';
import { condition } from './conditions';
import { arithmetic, bits, numeric } from './numbers';

const LARGEST = '99999999999999999999999999999999999999';

const count: FunctionDefinition = aggregate(0, 100, (args, wrap, _context, call) => {
  const type = number(18);
  if (call.star) return { sql: `CAST(${wrap('count(*)')} AS DECIMAL(18,0))`, type };
  if (args.length === 0) return wrongArguments(call, args);
  const values = args.map(orderable);
  // COUNT of several expressions counts the rows in which all of them are present.
  const counted =
    values.length === 1
      ? values[0]
      : `CASE WHEN ${values.map((value) => `${value} IS NOT NULL`).join(' AND ')} THEN (${values.join(', ')}) END`;
  return { sql: `CAST(${wrap(`count(${call.distinct ? 'DISTINCT ' : ''}${counted})`)} AS DECIMAL(18,0))`, type };
});

/** SUM of numbers has 38 digits; DuckDB would let the sum grow beyond them unnoticed. */
const sum: FunctionDefinition = aggregate(1, 1, ([argument], wrap, context, call) => {
  if (argument?.type.kind === 'boolean') return wrongArguments(call, [argument]);
  const value = numeric(argument as Bound, context);
  const total = wrap(`sum(${call.distinct ? 'DISTINCT ' : ''}${value.sql})`);
  if (value.type.kind !== 'number') return { sql: total, type: FLOAT };
  const { scale } = value.type;
  const largest = `CAST('${scale === 0 ? LARGEST : `${LARGEST.slice(scale)}.${LARGEST.slice(0, scale)}`}' AS DECIMAL(38,${scale}))`;
  const over = raise(
    '100046',
    '22003',
    `concat('Number out of representable range: type FIXED[SB16](38,${scale}){nullable}, value ', ${total})`,
  );
  return { sql: `CASE WHEN ${total} > ${largest} OR ${total} < -${largest} THEN ${over} ELSE ${total} END`, type: number(38, scale) };
});

const average: FunctionDefinition = aggregate(1, 1, ([argument], wrap, context, call) => {
  const value = numeric(argument as Bound, context);
  if (value.type.kind !== 'number') return { sql: wrap(`avg(${value.sql})`), type: FLOAT };
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const total: Bound = { sql: wrap(`sum(${distinct}${value.sql})`), type: number(38, value.type.scale) };
  // Of no rows the average is NULL, not a division by zero.
  const count: Bound = { sql: `NULLIF(${wrap(`count(${distinct}${value.sql})`)}, 0)`, type: number(18) };
  return arithmetic('/', total, count, context);
});

function extreme(name: 'min' | 'max'): FunctionDefinition {
  return aggregate(1, 1, ([argument], wrap) => {
    const value = argument as Bound;
    if (value.type.kind === 'timestamp_tz') return { sql: wrap(`arg_${name}(${value.sql}, ${orderable(value)})`), type: value.type };
    if (isSemiStructured(value.type) || value.type.kind === 'decfloat')
      throw beyondStandIn(`${name.toUpperCase()} of ${value.type.kind.toUpperCase()}`);
    return { sql: wrap(`${name}(${value.sql})`), type: value.type };
  });
}

function bitAggregate(name: string): FunctionDefinition {
  return aggregate(1, 1, ([argument], wrap, context, call) => {
    const value = numeric(argument as Bound, context);
    if (value.type.kind !== 'number') return wrongArguments(call, [argument as Bound]);
    return { sql: `CAST(${wrap(`${name}(${call.distinct ? 'DISTINCT ' : ''}${bits(value)})`)} AS DECIMAL(38,0))`, type: number() };
  });
}

const listAggregate: FunctionDefinition = aggregate(1, 2, (args, wrap, context, call) => {
  const separator = args[1] ? asText(args[1], context.env) : "''";
  const order = call.withinGroup.length > 0 ? ` ORDER BY ${context.orderBy(call.withinGroup)}` : '';
  const list = wrap(`string_agg(${call.distinct ? 'DISTINCT ' : ''}${asText(at(args, 0), context.env)}, ${separator}${order})`);
  const tooLong = raise('100078', '22000', quoting('String', `substr(${list}, 1, 100)`, 'is too long and would be truncated'));
  // Without rows it is the empty string, not NULL.
  return { sql: `CASE WHEN strlen(${list}) > 16777216 THEN ${tooLong} ELSE COALESCE(${list}, '') END`, type: TEXT };
});

function rank(name: string): FunctionDefinition {
  return windowed(0, 0, (_args, wrap) => ({ sql: `CAST(${wrap(`${name}()`)} AS DECIMAL(18,0))`, type: number(18) }));
}

function neighbour(name: string): FunctionDefinition {
  return windowed(1, 3, (args, wrap, _context, call) => {
    const offset = args[1] ? `, CAST(${args[1].sql} AS BIGINT)` : '';
    const fallback = args[2] ? `, ${args[2].sql}` : '';
    return {
      sql: wrap(`${name}(${at(args, 0).sql}${offset}${fallback}${call.ignoreNulls ? ' IGNORE NULLS' : ''})`),
      type: at(args, 0).type,
    };
  });
}

/** Aggregates and window functions. HASH_AGG is missing on purpose: its hash is Snowflake's own secret. */
export const AGGREGATES: FunctionTable = {
  COUNT: count,
  COUNT_IF: aggregate(1, 1, ([value], wrap, context) => ({
    sql: `CAST(${wrap(`count(CASE WHEN ${condition(value as Bound, context)} THEN 1 END)`)} AS DECIMAL(18,0))`,
    type: number(18),
  })),
  SUM: sum,
  AVG: average,
  MIN: extreme('min'),
  MAX: extreme('max'),
  ANY_VALUE: aggregate(1, 1, ([value], wrap) => ({ sql: wrap(`any_value(${(value as Bound).sql})`), type: (value as Bound).type })),
  BITXOR_AGG: bitAggregate('bit_xor'),
  BITAND_AGG: bitAggregate('bit_and'),
  BITOR_AGG: bitAggregate('bit_or'),
  BOOLAND_AGG: aggregate(1, 1, ([value], wrap, context) => ({
    sql: wrap(`bool_and(${condition(value as Bound, context)})`),
    type: BOOLEAN,
  })),
  BOOLOR_AGG: aggregate(1, 1, ([value], wrap, context) => ({ sql: wrap(`bool_or(${condition(value as Bound, context)})`), type: BOOLEAN })),
  LISTAGG: listAggregate,
  ARRAY_AGG: aggregate(1, 1, ([value], wrap, context, call) => {
    const order = call.withinGroup.length > 0 ? ` ORDER BY ${context.orderBy(call.withinGroup)}` : '';
    const argument = value as Bound;
    const json =
      argument.type.kind === 'number' ? `CAST(${argument.sql} AS VARCHAR)` : `CAST(to_json(${asText(argument, context.env)}) AS VARCHAR)`;
    return {
      sql: `concat('[', ${wrap(`string_agg(${isSemiStructured(argument.type) ? argument.sql : json}, ','${order})`)}, ']')`,
      type: ARRAY,
    };
  }),
  ROW_NUMBER: rank('row_number'),
  RANK: rank('rank'),
  DENSE_RANK: rank('dense_rank'),
  LAG: neighbour('lag'),
  LEAD: neighbour('lead'),
  FIRST_VALUE: neighbour('first_value'),
  LAST_VALUE: neighbour('last_value'),
};

/** Names whose calls make a query an aggregation when they have no OVER. */
export const AGGREGATE_NAMES: ReadonlySet<string> = new Set(Object.keys(AGGREGATES));
