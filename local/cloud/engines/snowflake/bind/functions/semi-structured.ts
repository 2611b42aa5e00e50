import { beyondStandIn } from '../../snowflake-error';
import { quoteString } from '../../sql/quote';
import { ARRAY, BOOLEAN, isSemiStructured, number, TEXT, VARIANT } from '../../sql/sql-type';
import type { Bound } from '../bound';
import { variantOf } from '../convert';
import { at, type FunctionDefinition, type FunctionTable, scalar, wrongArguments } from './function-definition';

/** One step into a semi-structured value: a case-sensitive attribute or an index from 0. */
export function stepInto(value: Bound, step: string | Bound): Bound {
  if (!isSemiStructured(value.type)) throw beyondStandIn('a path into a value that is not semi-structured');
  if (typeof step === 'string') return { sql: attribute(value.sql, quoteString(step)), type: VARIANT };
  if (step.type.kind === 'text') return { sql: attribute(value.sql, step.sql), type: VARIANT };
  return { sql: `CAST(json_extract(${value.sql}, CAST(${step.sql} AS BIGINT)) AS VARCHAR)`, type: VARIANT };
}

/** An attribute by JSON pointer, in which ~ and / are written ~0 and ~1. */
function attribute(json: string, name: string): string {
  return `CAST(json_extract(${json}, concat('/', replace(replace(${name}, '~', '~0'), '/', '~1'))) AS VARCHAR)`;
}

const arrayConstruct: FunctionDefinition = scalar(0, 1000, (args, { env }) => ({
  // NULL among the elements is the undefined element, printed as `undefined`, which JSON has no word for.
  sql: args.length === 0 ? `'[]'` : `concat('[', ${args.map((arg) => `COALESCE(${variantOf(arg, env)}, 'null')`).join(`, ',', `)}, ']')`,
  type: ARRAY,
}));

/** OBJECT_CONSTRUCT leaves out the pairs whose value is NULL. */
const objectConstruct: FunctionDefinition = scalar(0, 1000, (args, { env }, call) => {
  if (args.length % 2 === 1) return wrongArguments(call, args);
  if (args.length === 0) return { sql: `'{}'`, type: { kind: 'object' } };
  const pairs = [...Array(args.length / 2).keys()].map((index) => {
    const value = variantOf(at(args, index * 2 + 1), env);
    return `CASE WHEN ${value} IS NOT NULL THEN concat(CAST(to_json(${at(args, index * 2).sql}) AS VARCHAR), ':', ${value}) END`;
  });
  return { sql: `concat('{', concat_ws(',', ${pairs.join(', ')}), '}')`, type: { kind: 'object' } };
});

const TYPE_NAMES = `CASE json_type(X) WHEN 'VARCHAR' THEN 'VARCHAR' WHEN 'NULL' THEN 'NULL_VALUE' WHEN 'UBIGINT' THEN 'INTEGER' WHEN 'BIGINT' THEN 'INTEGER' ELSE json_type(X) END`;

/** Functions of VARIANT, ARRAY and OBJECT. */
export const SEMI_STRUCTURED: FunctionTable = {
  ARRAY_CONSTRUCT: arrayConstruct,
  OBJECT_CONSTRUCT: objectConstruct,
  GET: scalar(2, 2, (args) => stepInto(at(args, 0), at(args, 1))),
  ARRAY_SIZE: scalar(1, 1, ([value]) => ({
    sql: `CASE WHEN json_type(${(value as Bound).sql}) = 'ARRAY' THEN CAST(json_array_length(${(value as Bound).sql}) AS DECIMAL(9,0)) END`,
    type: number(9),
  })),
  TYPEOF: scalar(1, 1, ([value]) => ({ sql: TYPE_NAMES.replaceAll('X', (value as Bound).sql), type: TEXT })),
  IS_NULL_VALUE: scalar(1, 1, ([value]) => ({ sql: `(json_type(${(value as Bound).sql}) = 'NULL')`, type: BOOLEAN })),
};
