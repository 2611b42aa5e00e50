import { beyondStandIn, compilationError } from '../../snowflake-error';
import type { Call, Expression, OrderItem } from '../../sql/ast';
import { describeType } from '../../sql/sql-type';
import type { Bound } from '../bound';
import type { BindEnvironment } from '../environment';

/** What a function may use of the binding around its call. */
export interface CallContext {
  readonly env: BindEnvironment;
  readonly bind: (expression: Expression) => Bound;
  readonly orderBy: (items: readonly OrderItem[]) => string;
}

/** Translates one call. `wrap` puts FILTER and OVER behind an aggregate's DuckDB text. */
export type FunctionDefinition = (call: Call, context: CallContext, wrap: (aggregate: string) => string) => Bound;

export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

type Translate = (args: readonly Bound[], context: CallContext, call: Call) => Bound;

/** A function of plain values with so many arguments. */
export function scalar(least: number, most: number, translate: Translate): FunctionDefinition {
  return (call, context) => {
    refuseExtras(call);
    if (call.over)
      throw compilationError('002076', '42601', `Window function [${call.name}] may not appear here, or is not a window function`);
    return translate(boundArguments(call, least, most, context), context, call);
  };
}

/** An aggregate, which may also stand over a window. */
export function aggregate(
  least: number,
  most: number,
  translate: (args: readonly Bound[], wrap: (aggregate: string) => string, context: CallContext, call: Call) => Bound,
): FunctionDefinition {
  return (call, context, wrap) => translate(boundArguments(call, least, most, context), wrap, context, call);
}

/** A function that exists over a window only. */
export function windowed(
  least: number,
  most: number,
  translate: (args: readonly Bound[], wrap: (aggregate: string) => string, context: CallContext, call: Call) => Bound,
): FunctionDefinition {
  return (call, context, wrap) => {
    if (!call.over) throw compilationError('002076', '42601', `Missing window specification for window function [${call.name}]`);
    return translate(boundArguments(call, least, most, context), wrap, context, call);
  };
}

function boundArguments(call: Call, least: number, most: number, { bind }: CallContext): Bound[] {
  checkCount(call, least, most);
  return call.args.map(bind);
}

/** Raises Snowflake's errors for a wrong number of arguments. */
export function checkCount({ name, args, named, source }: Call, least: number, most: number): void {
  if (named.size > 0) throw beyondStandIn(`named arguments of ${name}`);
  if (args.length < least)
    throw compilationError('000938', '22023', `not enough arguments for function [${source}], expected ${least}, got ${args.length}`);
  if (args.length > most)
    throw compilationError('000939', '22023', `too many arguments for function [${source}] expected ${most}, got ${args.length}`);
}

function refuseExtras(call: Call): void {
  if (call.distinct || call.star || call.withinGroup.length > 0 || call.ignoreNulls)
    throw compilationError('001003', '42000', `syntax error unexpected argument form of function [${call.source}].`);
}

export function wrongArguments({ name }: Call, args: readonly Bound[]): never {
  throw compilationError(
    '001044',
    '42P13',
    `Invalid argument types for function '${name}': (${args.map(({ type }) => describeType(type)).join(', ')})`,
  );
}

/** The text of an argument that must be a string literal, such as a format or a date part. */
export function literalText({ name, args }: Call, position: number): string {
  const argument = args[position];
  if (argument?.kind === 'literal' && argument.type === 'string') return argument.value;
  // A date part may be written without quotes.
  if (argument?.kind === 'column' && argument.parts.length === 1) return argument.parts[0]?.name ?? '';
  throw beyondStandIn(`argument ${position + 1} of ${name} that is no literal`);
}

/** The value of an argument that must be a whole-number literal. */
export function literalInteger({ name, args }: Call, position: number): number {
  const argument = args[position];
  const negative = argument?.kind === 'unary' && argument.operator === '-' ? argument.value : undefined;
  const literal = negative ?? argument;
  if (literal?.kind === 'literal' && literal.type === 'number' && /^\d+$/.test(literal.value))
    return Number(literal.value) * (negative ? -1 : 1);
  throw beyondStandIn(`argument ${position + 1} of ${name} that is no whole number`);
}

/** The argument at a place that `checkCount` has made sure of. */
export function at(args: readonly Bound[], position: number): Bound {
  return args[position] as Bound;
}
