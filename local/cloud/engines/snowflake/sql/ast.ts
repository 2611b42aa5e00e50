import type { SqlType } from './sql-type';
import type { Identifier } from './token-cursor';

/** One to three identifiers: object, schema.object, database.schema.object. */
export type ObjectName = readonly Identifier[];

interface Spanned {
  /** The text it was read from: Snowflake names an unnamed column after it. */
  readonly source: string;
}

export interface OrderItem {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last' | undefined;
}

export interface WindowFrame {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  /** `ROWS BETWEEN ... AND ...` as written; DuckDB has the same words. */
  readonly frame: string | undefined;
}

export interface Call extends Spanned {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  /** Arguments given as `NAME => value`. */
  readonly named: ReadonlyMap<string, Expression>;
  readonly distinct: boolean;
  /** `COUNT(*)`, `COUNT(t.*)`. */
  readonly star: boolean;
  readonly withinGroup: readonly OrderItem[];
  readonly ignoreNulls: boolean;
  readonly over: WindowFrame | undefined;
}

export interface CaseExpression extends Spanned {
  readonly kind: 'case';
  readonly subject: Expression | undefined;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
}

export type Expression =
  | (Spanned & { readonly kind: 'column'; readonly parts: readonly Identifier[] })
  | (Spanned & { readonly kind: 'literal'; readonly type: 'string' | 'number' | 'boolean' | 'null'; readonly value: string })
  | (Spanned & { readonly kind: 'bind'; readonly index: number })
  | (Spanned & { readonly kind: 'field'; readonly position: number })
  | (Spanned & { readonly kind: 'cast'; readonly value: Expression; readonly type: SqlType; readonly lenient: boolean })
  | (Spanned & { readonly kind: 'unary'; readonly operator: '-' | '+' | 'NOT'; readonly value: Expression })
  | (Spanned & { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression })
  | (Spanned & { readonly kind: 'isNull'; readonly value: Expression; readonly negated: boolean })
  | (Spanned & {
      readonly kind: 'in';
      readonly value: Expression;
      readonly negated: boolean;
      readonly items: readonly Expression[] | Query;
    })
  | (Spanned & {
      readonly kind: 'between';
      readonly value: Expression;
      readonly negated: boolean;
      readonly low: Expression;
      readonly high: Expression;
    })
  | (Spanned & {
      readonly kind: 'like';
      readonly value: Expression;
      readonly negated: boolean;
      readonly pattern: Expression;
      readonly fold: boolean;
      readonly escape: Expression | undefined;
    })
  | (Spanned & { readonly kind: 'exists'; readonly query: Query })
  | (Spanned & { readonly kind: 'subquery'; readonly query: Query })
  | (Spanned & { readonly kind: 'path'; readonly value: Expression; readonly steps: readonly (string | Expression)[] })
  | (Spanned & { readonly kind: 'interval'; readonly text: string })
  | (Spanned & { readonly kind: 'tuple'; readonly items: readonly Expression[] })
  | CaseExpression
  | Call;

export type SelectItem =
  | { readonly kind: 'star'; readonly qualifier: Identifier | undefined; readonly exclude: readonly Identifier[] }
  | { readonly kind: 'value'; readonly value: Expression; readonly alias: Identifier | undefined };

export type FromItem =
  | { readonly kind: 'table'; readonly name: ObjectName; readonly alias: Identifier | undefined }
  | { readonly kind: 'query'; readonly query: Query; readonly alias: Identifier | undefined }
  | {
      readonly kind: 'values';
      readonly rows: readonly (readonly Expression[])[];
      readonly alias: Identifier | undefined;
      readonly columns: readonly Identifier[];
    }
  | { readonly kind: 'function'; readonly name: ObjectName; readonly call: Call; readonly alias: Identifier | undefined }
  | {
      readonly kind: 'join';
      readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on: Expression | undefined;
    };

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: FromItem | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[] | 'all' | undefined;
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
}

export type QueryBody =
  | Select
  | {
      readonly kind: 'set';
      readonly operator: 'UNION' | 'UNION ALL' | 'INTERSECT' | 'EXCEPT';
      readonly left: QueryBody;
      readonly right: QueryBody;
    }
  | { readonly kind: 'nested'; readonly query: Query };

export interface CommonTable {
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

export interface Query {
  readonly kind: 'query';
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  /** A whole number or a placeholder. */
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}
