import { beyondStandIn, compilationError } from '../snowflake-error';
import type { Call, Expression, OrderItem, Query } from '../sql/ast';
import { quoteString } from '../sql/quote';
import { BOOLEAN, isTimestamp, NTZ, NULL, number, type SqlType, UNCHECKED_TEXT } from '../sql/sql-type';
import type { Bound } from './bound';
import { asText, comparable, orderable, unify } from './coerce';
import { castTo, tryCastTo } from './convert';
import type { BindEnvironment, SourceColumn } from './environment';
import { condition } from './functions/conditions';
import type { CallContext } from './functions/function-definition';
import { arithmetic, numeric } from './functions/numbers';
import { functionNamed } from './functions/registry';
import { stepInto } from './functions/semi-structured';
import type { Scope } from './scope';
import { zonedValue } from './time-zone';

/** A query inside an expression, bound by whoever knows queries. */
export type BindSubquery = (query: Query, scope: Scope) => { readonly sql: string; readonly columns: readonly SourceColumn[] };

/** https://docs.snowflake.com/en/sql-reference/functions/in */
const LONGEST_LIST = 16_384;
const COMPARISONS = ['=', '<>', '<', '>', '<=', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'];

/** Translates expressions of one query level into DuckDB text with their Snowflake types. */
export class ExpressionBinder {
  private readonly context: CallContext;

  constructor(
    readonly env: BindEnvironment,
    readonly scope: Scope,
    private readonly subquery: BindSubquery,
  ) {
    this.context = { env, bind: (expression) => this.bind(expression), orderBy: (items) => this.orderBy(items) };
  }

  bind(expression: Expression): Bound {
    switch (expression.kind) {
      case 'column':
        return this.scope.resolve(expression.parts);
      case 'literal':
        return literal(expression.type, expression.value);
      case 'bind':
        return this.env.placeholder(expression.index);
      case 'field':
        return this.env.field(expression.position);
      case 'cast':
        return expression.lenient
          ? tryCastTo(this.bind(expression.value), expression.type, this.env)
          : castTo(this.bind(expression.value), expression.type, this.env);
      case 'unary':
        return this.unary(expression.operator, expression.value);
      case 'binary':
        return this.binary(expression.operator, expression.left, expression.right);
      case 'isNull':
        return { sql: `(${this.bind(expression.value).sql} IS ${expression.negated ? 'NOT ' : ''}NULL)`, type: BOOLEAN };
      case 'in':
        return this.membership(expression);
      case 'between':
        return this.between(expression);
      case 'like':
        return this.like(expression);
      case 'exists':
        return { sql: `EXISTS (${this.subquery(expression.query, this.scope).sql})`, type: BOOLEAN };
      case 'subquery':
        return this.scalarQuery(expression.query);
      case 'path':
        return expression.steps.reduce<Bound>(
          (value, step) => stepInto(value, typeof step === 'string' ? step : this.bind(step)),
          this.bind(expression.value),
        );
      case 'case':
        return this.caseOf(expression);
      case 'call':
        return this.call(expression);
      case 'interval':
        throw beyondStandIn('an interval outside + and -');
      case 'tuple':
        throw beyondStandIn('a row of values as an expression');
    }
  }

  /** The expression as a condition. */
  condition(expression: Expression): string {
    return condition(this.bind(expression), this.context);
  }

  /** ORDER BY items; without NULLS FIRST or LAST, NULL is the largest value, as in Snowflake. */
  orderBy(items: readonly OrderItem[]): string {
    return items.map((item) => orderText(orderable(this.bind(item.value)), item)).join(', ');
  }

  private unary(operator: '-' | '+' | 'NOT', operand: Expression): Bound {
    if (operator === 'NOT') return { sql: `(NOT ${this.condition(operand)})`, type: BOOLEAN };
    const value = numeric(this.bind(operand), this.context);
    return operator === '-' ? { sql: `(-${value.sql})`, type: value.type } : value;
  }

  private binary(operator: string, left: Expression, right: Expression): Bound {
    if (operator === 'AND' || operator === 'OR')
      return { sql: `(${this.condition(left)} ${operator} ${this.condition(right)})`, type: BOOLEAN };
    if (right.kind === 'interval') return this.shift(operator, this.bind(left), right.text);
    const [a, b] = [this.bind(left), this.bind(right)];
    if (COMPARISONS.includes(operator)) {
      const [x, y] = comparable(a, b, operator, this.env);
      return { sql: `(${x} ${operator} ${y})`, type: BOOLEAN };
    }
    if (operator === '||') {
      const binary = a.type.kind === 'binary' && b.type.kind === 'binary';
      return binary
        ? { sql: `(${a.sql} || ${b.sql})`, type: a.type }
        : { sql: `(${asText(a, this.env)} || ${asText(b, this.env)})`, type: UNCHECKED_TEXT };
    }
    if (a.type.kind === 'date' && b.type.kind === 'number' && (operator === '+' || operator === '-'))
      return { sql: `CAST(${a.sql} ${operator} CAST(${b.sql} AS INTEGER) AS DATE)`, type: a.type };
    if ([a, b].some(({ type }) => type.kind === 'date' || type.kind === 'time' || isTimestamp(type)))
      throw beyondStandIn(`'${operator}' on dates`);
    return arithmetic(operator, a, b, this.context);
  }

  private shift(operator: string, value: Bound, text: string): Bound {
    if (!/^\s*\d+\s+(year|month|week|day|hour|minute|second|millisecond|microsecond)s?\s*$/i.test(text))
      throw beyondStandIn(`INTERVAL '${text}'`);
    if (operator !== '+' && operator !== '-')
      throw compilationError('001003', '42000', `syntax error unexpected '${operator}' before INTERVAL.`);
    const moved = (sql: string) => `(${sql} ${operator} INTERVAL ${quoteString(text)})`;
    if (value.type.kind === 'timestamp_tz')
      return { sql: zonedValue(moved(`struct_extract(${value.sql}, 'u')`), `struct_extract(${value.sql}, 'o')`), type: value.type };
    if (value.type.kind === 'date') return { sql: moved(`CAST(${value.sql} AS TIMESTAMP)`), type: NTZ };
    if (!isTimestamp(value.type)) throw beyondStandIn(`an interval on ${value.type.kind}`);
    return { sql: moved(value.sql), type: value.type };
  }

  private membership({ value, negated, items }: Expression & { kind: 'in' }): Bound {
    const not = negated ? 'NOT ' : '';
    if (value.kind === 'tuple') return this.tupleMembership(value.items, negated, items);
    const subject = this.bind(value);
    if ('kind' in items) {
      const inner = this.subquery(items, this.scope);
      const [column] = inner.columns;
      if (!column || inner.columns.length > 1) throw compilationError('001050', '42601', 'IN subquery must return one column');
      const alias = this.env.uniqueAlias();
      const [left, right] = comparable(subject, { sql: `${alias}."${column.physical}"`, type: column.type }, 'IN', this.env);
      return { sql: `(${left} ${not}IN (SELECT ${right} FROM (${inner.sql}) AS ${alias}))`, type: BOOLEAN };
    }
    if (items.length > LONGEST_LIST)
      throw compilationError('001795', '54000', `maximum number of expressions in a list exceeded, expected at most ${LONGEST_LIST.toLocaleString('en')}, got ${items.length.toLocaleString('en')}`);
    const pairs = items.map((item) => comparable(subject, this.bind(item), 'IN', this.env));
    const first = pairs[0]?.[0];
    if (pairs.every(([left]) => left === first))
      return { sql: `(${first} ${not}IN (${pairs.map(([, right]) => right).join(', ')}))`, type: BOOLEAN };
    const any = pairs.map(([left, right]) => `${left} = ${right}`).join(' OR ');
    return { sql: `(${not}(${any}))`, type: BOOLEAN };
  }

  /** `(a, b) IN ((1, 2), (3, 4))`. */
  private tupleMembership(subjects: readonly Expression[], negated: boolean, items: readonly Expression[] | Query): Bound {
    if ('kind' in items) throw beyondStandIn('(a, b) IN (SELECT ...)');
    const rows = items.map((row) => {
      if (row.kind !== 'tuple' || row.items.length !== subjects.length)
        throw compilationError('001003', '42000', 'IN needs rows of as many values as stand before it.');
      const pairs = subjects.map((subject, index) =>
        comparable(this.bind(subject), this.bind(row.items[index] as Expression), 'IN', this.env),
      );
      return `(${pairs.map(([left, right]) => `${left} = ${right}`).join(' AND ')})`;
    });
    return { sql: `(${negated ? 'NOT ' : ''}(${rows.join(' OR ')}))`, type: BOOLEAN };
  }

  private between({ value, negated, low, high }: Expression & { kind: 'between' }): Bound {
    const subject = this.bind(value);
    const [fromSubject, from] = comparable(subject, this.bind(low), 'BETWEEN', this.env);
    const [toSubject, to] = comparable(subject, this.bind(high), 'BETWEEN', this.env);
    return { sql: `(${negated ? 'NOT ' : ''}(${fromSubject} >= ${from} AND ${toSubject} <= ${to}))`, type: BOOLEAN };
  }

  private like({ value, negated, pattern, fold, escape }: Expression & { kind: 'like' }): Bound {
    const operator = `${negated ? 'NOT ' : ''}${fold ? 'ILIKE' : 'LIKE'}`;
    const escaped = escape ? ` ESCAPE ${asText(this.bind(escape), this.env)}` : '';
    return { sql: `(${asText(this.bind(value), this.env)} ${operator} ${asText(this.bind(pattern), this.env)}${escaped})`, type: BOOLEAN };
  }

  private scalarQuery(query: Query): Bound {
    const { sql, columns } = this.subquery(query, this.scope);
    const [column] = columns;
    if (!column || columns.length > 1) throw compilationError('001050', '42601', 'scalar subquery must return one column');
    return { sql: `(${sql})`, type: column.type };
  }

  private caseOf({ subject, branches, otherwise }: Expression & { kind: 'case' }): Bound {
    const results = [...branches.map(({ then }) => this.bind(then)), otherwise ? this.bind(otherwise) : { sql: 'NULL', type: NULL }];
    const { type, values } = unify(results, 'CASE', this.env);
    const tests = branches.map(({ when }) => {
      if (!subject) return this.condition(when);
      return comparable(this.bind(subject), this.bind(when), 'CASE', this.env).join(' = ');
    });
    const text = tests.map((test, index) => `WHEN ${test} THEN ${values[index]}`).join(' ');
    return { sql: `CASE ${text} ELSE ${values.at(-1)} END`, type };
  }

  private call(call: Call): Bound {
    this.env.checkCall?.(call);
    const wrap = (aggregate: string) => (call.over ? `${aggregate} OVER (${this.window(call.over)})` : aggregate);
    return functionNamed(call.name)(call, this.context, wrap);
  }

  private window({ partitionBy, orderBy, frame }: NonNullable<Call['over']>): string {
    const partition = partitionBy.length > 0 ? `PARTITION BY ${partitionBy.map((item) => orderable(this.bind(item))).join(', ')}` : '';
    const order = orderBy.length > 0 ? `ORDER BY ${this.orderBy(orderBy)}` : '';
    return [partition, order, frame ?? ''].filter((part) => part !== '').join(' ');
  }
}

/** One ORDER BY item around its DuckDB text. */
export function orderText(sql: string, { descending, nulls }: OrderItem): string {
  return `${sql} ${descending ? 'DESC' : 'ASC'} NULLS ${(nulls ?? (descending ? 'first' : 'last')).toUpperCase()}`;
}

function literal(type: 'string' | 'number' | 'boolean' | 'null', value: string): Bound {
  switch (type) {
    case 'string':
      if (value.includes('\0')) throw beyondStandIn('the character NUL in a literal');
      return { sql: quoteString(value), type: { kind: 'text', length: Math.max(1, [...value].length) } };
    case 'boolean':
      return { sql: value, type: BOOLEAN };
    case 'null':
      return { sql: 'NULL', type: NULL };
    case 'number':
      return numberLiteral(value);
  }
}

function numberLiteral(value: string): Bound {
  if (/e/i.test(value)) return { sql: `CAST(${quoteString(value)} AS DOUBLE)`, type: { kind: 'float' } };
  const [whole = '', fraction = ''] = value.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '');
  const precision = Math.max(1, digits.length + fraction.length);
  if (precision > 38) return { sql: `CAST(${quoteString(value)} AS DOUBLE)`, type: { kind: 'float' } };
  const type: SqlType = number(precision, fraction.length);
  return { sql: `CAST(${quoteString(value)} AS DECIMAL(${precision},${fraction.length}))`, type };
}
