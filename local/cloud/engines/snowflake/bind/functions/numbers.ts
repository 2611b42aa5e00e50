import { beyondStandIn } from '../../snowflake-error';
import { FLOAT, number, type SqlType } from '../../sql/sql-type';
import { type Bound, raise } from '../bound';
import { castTo } from '../convert';
import {
  at,
  type CallContext,
  type FunctionDefinition,
  type FunctionTable,
  literalInteger,
  scalar,
  wrongArguments,
} from './function-definition';

const DIVISION_BY_ZERO = raise('100051', '22012', `'Division by zero'`);

/** A value as a number: strings are read with enough decimals to keep them, as Snowflake reads them for arithmetic. */
export function numeric(value: Bound, { env }: Pick<CallContext, 'env'>): Bound {
  if (['number', 'float'].includes(value.type.kind)) return value;
  if (value.type.kind === 'null') return castTo(value, number(), env);
  if (value.type.kind === 'text') return castTo(value, number(18, 5), env);
  if (value.type.kind === 'decfloat') throw beyondStandIn('arithmetic on DECFLOAT');
  if (value.type.kind === 'variant') return castTo(value, FLOAT, env);
  return castTo(value, number(), env);
}

/** Translates an arithmetic operator with Snowflake's result types and errors (https://docs.snowflake.com/en/sql-reference/operators-arithmetic). */
export function arithmetic(operator: string, leftValue: Bound, rightValue: Bound, context: Pick<CallContext, 'env'>): Bound {
  const [left, right] = [numeric(leftValue, context), numeric(rightValue, context)];
  if (left.type.kind !== 'number' || right.type.kind !== 'number') return floating(operator, left, right);
  const [p1, s1, p2, s2] = [left.type.precision, left.type.scale, right.type.precision, right.type.scale];
  const integerDigits = Math.max(p1 - s1, p2 - s2);
  const scale = Math.max(s1, s2);
  switch (operator) {
    case '+':
    case '-':
      return { sql: `(${left.sql} ${operator} ${right.sql})`, type: number(integerDigits + scale + 1, scale) };
    case '%':
      return {
        sql: `CASE WHEN ${right.sql} = 0 THEN ${DIVISION_BY_ZERO} ELSE ${left.sql} % ${right.sql} END`,
        type: number(integerDigits + scale, scale),
      };
    case '*': {
      const exact = s1 + s2;
      const kept = Math.min(exact, Math.max(s1, s2, 12));
      const type = number(p1 + p2, kept);
      return { sql: exact === kept ? `(${left.sql} * ${right.sql})` : `CAST(${left.sql} * ${right.sql} AS DECIMAL(38,${kept}))`, type };
    }
    default:
      return divide(left, right, s1, s2);
  }
}

/** Divides exactly, over whole numbers of 128 bits, because DuckDB's own division is a DOUBLE. */
function divide(left: Bound, right: Bound, s1: number, s2: number): Bound {
  const scale = Math.max(s1, Math.min(s1 + 6, 12));
  const numerator = `CAST(${left.sql} * CAST(1${'0'.repeat(s1)} AS DECIMAL(${s1 + 1},0)) AS HUGEINT) * CAST(1${'0'.repeat(scale - s1 + s2)} AS HUGEINT)`;
  const denominator = `CAST(${right.sql} * CAST(1${'0'.repeat(s2)} AS DECIMAL(${s2 + 1},0)) AS HUGEINT)`;
  const quotient = `CAST(sf_divide_rounding(${numerator}, ${denominator}) AS DECIMAL(38,0)) * CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale + 1},${scale}))`;
  return {
    sql: `CASE WHEN ${right.sql} = 0 THEN ${DIVISION_BY_ZERO} ELSE ${scale === 0 ? quotient : `CAST(${quotient} AS DECIMAL(38,${scale}))`} END`,
    type: number(38, scale),
  };
}

function floating(operator: string, left: Bound, right: Bound): Bound {
  const [a, b] = [`CAST(${left.sql} AS DOUBLE)`, `CAST(${right.sql} AS DOUBLE)`];
  if (operator !== '/' && operator !== '%') return { sql: `(${a} ${operator} ${b})`, type: FLOAT };
  return { sql: `CASE WHEN ${b} = 0 THEN ${DIVISION_BY_ZERO} ELSE ${a} ${operator} ${b} END`, type: FLOAT };
}

/** ROUND and TRUNC keep the type's digits and change its scale. */
function rounding(name: string): FunctionDefinition {
  return scalar(1, 2, (args, context, call) => {
    const value = numeric(at(args, 0), context);
    const digits = args.length > 1 ? literalInteger(call, 1) : 0;
    if (value.type.kind === 'float') return { sql: `${name}(${value.sql}, ${digits})`, type: FLOAT };
    if (value.type.kind !== 'number') return wrongArguments(call, args);
    const scale = Math.max(0, Math.min(value.type.scale, digits));
    const type = number(value.type.precision + 1, scale);
    return { sql: `CAST(${name}(${value.sql}, ${digits}) AS DECIMAL(${Math.min(38, value.type.precision + 1)},${scale}))`, type };
  });
}

function whole(name: string): FunctionDefinition {
  return scalar(1, 1, ([argument], context) => {
    const value = numeric(argument as Bound, context);
    if (value.type.kind !== 'number') return { sql: `${name}(${value.sql})`, type: FLOAT };
    const precision = Math.min(38, value.type.precision - value.type.scale + 1);
    return { sql: `CAST(${name}(${value.sql}) AS DECIMAL(${precision},0))`, type: number(precision) };
  });
}

/** Bit operations work on whole numbers of 128 bits here; how far beyond 64 bits Snowflake goes was not verified. */
function bitwise(name: string): FunctionDefinition {
  return scalar(2, 2, (args, context, call) => {
    const [left, right] = args.map((arg) => numeric(arg, context));
    if (left?.type.kind !== 'number' || right?.type.kind !== 'number') return wrongArguments(call, args);
    return { sql: `CAST(${name}(${bits(left)}, ${bits(right)}) AS DECIMAL(38,0))`, type: number() };
  });
}

export function bits(value: Bound): string {
  return `CAST(${value.sql} AS HUGEINT)`;
}

function real(name: string, count: number): FunctionDefinition {
  return scalar(count, count, (args, context) => ({
    sql: `${name}(${args.map((arg) => `CAST(${numeric(arg, context).sql} AS DOUBLE)`).join(', ')})`,
    type: FLOAT,
  }));
}

function keepingType(translate: (sql: string, type: SqlType) => string): FunctionDefinition {
  return scalar(1, 1, ([argument], context) => {
    const value = numeric(argument as Bound, context);
    return { sql: translate(value.sql, value.type), type: value.type };
  });
}

/** Functions of numbers. */
export const NUMBERS: FunctionTable = {
  ABS: keepingType((sql) => `abs(${sql})`),
  SIGN: scalar(1, 1, ([value], context) => ({
    sql: `CAST(sign(${numeric(value as Bound, context).sql}) AS DECIMAL(1,0))`,
    type: number(1),
  })),
  ROUND: rounding('round'),
  TRUNC: rounding('trunc'),
  TRUNCATE: rounding('trunc'),
  CEIL: whole('ceil'),
  FLOOR: whole('floor'),
  MOD: scalar(2, 2, (args, context) => arithmetic('%', at(args, 0), at(args, 1), context)),
  DIV0: scalar(2, 2, (args, context) => {
    const quotient = arithmetic('/', at(args, 0), at(args, 1), context);
    return { sql: `CASE WHEN ${numeric(at(args, 1), context).sql} = 0 THEN 0 ELSE ${quotient.sql} END`, type: quotient.type };
  }),
  BITXOR: bitwise('xor'),
  BITAND: scalar(2, 2, (args, context) => ({
    sql: `CAST((${args.map((arg) => bits(numeric(arg, context))).join(' & ')}) AS DECIMAL(38,0))`,
    type: number(),
  })),
  BITOR: scalar(2, 2, (args, context) => ({
    sql: `CAST((${args.map((arg) => bits(numeric(arg, context))).join(' | ')}) AS DECIMAL(38,0))`,
    type: number(),
  })),
  SQRT: real('sqrt', 1),
  POWER: real('power', 2),
  ZEROIFNULL: keepingType((sql) => `COALESCE(${sql}, 0)`),
};
