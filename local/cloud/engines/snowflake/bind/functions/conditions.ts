import { beyondStandIn } from '../../snowflake-error';
import { BOOLEAN } from '../../sql/sql-type';
import type { Bound } from '../bound';
import { comparable, unify } from '../coerce';
import { castTo } from '../convert';
import { at, type CallContext, type FunctionDefinition, type FunctionTable, scalar } from './function-definition';

/** A value used as a condition. */
export function condition(value: Bound, { env }: Pick<CallContext, 'env'>): string {
  return castTo(value, BOOLEAN, env).sql;
}

const coalesce: FunctionDefinition = scalar(1, 1000, (args, { env }, call) => {
  const { type, values } = unify(args, call.name, env);
  return { sql: `COALESCE(${values.join(', ')})`, type };
});

const iff: FunctionDefinition = scalar(3, 3, ([test, yes, no], context, call) => {
  const { type, values } = unify([yes as Bound, no as Bound], call.name, context.env);
  return { sql: `CASE WHEN ${condition(test as Bound, context)} THEN ${values[0]} ELSE ${values[1]} END`, type };
});

/** DECODE(x, search, result, ..., default); NULL finds NULL. */
const decode: FunctionDefinition = scalar(3, 1000, (args, { env }, call) => {
  const [subject, ...rest] = args;
  const pairs = Math.floor(rest.length / 2);
  const results = [...Array(pairs).keys()].map((index) => at(rest, index * 2 + 1));
  const fallback = rest.length % 2 === 1 ? [at(rest, rest.length - 1)] : [];
  const { type, values } = unify([...results, ...fallback], call.name, env);
  const branches = results.map((_, index) => {
    const [left, right] = comparable(subject as Bound, at(rest, index * 2), call.name, env);
    return `WHEN ${left} IS NOT DISTINCT FROM ${right} THEN ${values[index]}`;
  });
  return { sql: `CASE ${branches.join(' ')} ELSE ${fallback.length > 0 ? values.at(-1) : 'NULL'} END`, type };
});

const nullIf: FunctionDefinition = scalar(2, 2, (args, { env }, call) => {
  const [left, right] = comparable(at(args, 0), at(args, 1), call.name, env);
  return { sql: `CASE WHEN ${left} = ${right} THEN NULL ELSE ${at(args, 0).sql} END`, type: at(args, 0).type };
});

const nvl2: FunctionDefinition = scalar(3, 3, ([test, present, absent], { env }, call) => {
  const { type, values } = unify([present as Bound, absent as Bound], call.name, env);
  return { sql: `CASE WHEN ${(test as Bound).sql} IS NOT NULL THEN ${values[0]} ELSE ${values[1]} END`, type };
});

/** GREATEST and LEAST are NULL as soon as one argument is, unlike DuckDB's. */
function extreme(name: string): FunctionDefinition {
  return scalar(1, 1000, (args, { env }, call) => {
    const { type, values } = unify(args, call.name, env);
    if (type.kind === 'timestamp_tz') throw beyondStandIn(`${call.name} of TIMESTAMP_TZ`);
    const anyNull = values.map((value) => `${value} IS NULL`).join(' OR ');
    return { sql: `CASE WHEN ${anyNull} THEN NULL ELSE ${name}(${values.join(', ')}) END`, type };
  });
}

const equalNull: FunctionDefinition = scalar(2, 2, (args, { env }, call) => {
  const [left, right] = comparable(at(args, 0), at(args, 1), call.name, env);
  return { sql: `(${left} IS NOT DISTINCT FROM ${right})`, type: BOOLEAN };
});

/** Functions that choose among values. */
export const CONDITIONS: FunctionTable = {
  COALESCE: coalesce,
  NVL: coalesce,
  IFNULL: coalesce,
  NVL2: nvl2,
  IFF: iff,
  DECODE: decode,
  NULLIF: nullIf,
  GREATEST: extreme('greatest'),
  LEAST: extreme('least'),
  EQUAL_NULL: equalNull,
};
