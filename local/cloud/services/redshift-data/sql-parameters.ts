import type { SqlParameter } from '@aws-sdk/client-redshift-data';
import { AwsError } from '../../gateway/aws-error';
import { codeOf } from '../redshift/dialect/sql-mask';

/** A statement as PostgreSQL takes it. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly string[];
}

const NAME = /(?<!:):([a-z]\w*)/gi;

/** Puts places for values where a statement names parameters (`:name`). */
export function bindParameters(sql: string, parameters: readonly SqlParameter[]): BoundStatement {
  if (parameters.length === 0) return { text: sql, values: [] };
  const values = new Map(parameters.map(({ name = '', value = '' }) => [name, value]));
  const places = new Map<string, number>();
  let text = '';
  let at = 0;
  for (const match of codeOf(sql).matchAll(NAME)) {
    const [whole, name = ''] = match;
    if (!values.has(name)) continue;
    if (!places.has(name)) places.set(name, places.size + 1);
    text += `${sql.slice(at, match.index)}$${places.get(name) ?? 0}`;
    at = match.index + whole.length;
  }
  return { text: text + sql.slice(at), values: [...places.keys()].map((name) => values.get(name) ?? '') };
}

/** Fails for parameters that no statement names: "Each provided parameter must be referenced by at least one SQL statement in the batch." */
export function checkParametersAreUsed(sqls: readonly string[], parameters: readonly SqlParameter[]): void {
  const named = new Set(sqls.flatMap((sql) => [...codeOf(sql).matchAll(NAME)].map(([, name]) => name)));
  const unused = parameters.filter(({ name }) => !named.has(name)).map(({ name }) => name ?? '');
  if (unused.length > 0) throw new AwsError('ValidationException', `Parameters list contains unused parameters. Unused parameters: [${unused.join(', ')}]`);
}
