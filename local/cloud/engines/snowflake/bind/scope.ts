import { compilationError, invalidIdentifier } from '../snowflake-error';
import type { Identifier } from '../sql/token-cursor';
import type { Bound } from './bound';
import type { SourceColumn } from './environment';

/** One table in FROM: what it may be called, its alias in the DuckDB text, and its columns. */
export interface ScopeTable {
  /** The alias, or the parts of the table's name: `t.c`, `s.t.c` and `d.s.t.c` all find the column. */
  readonly path: readonly string[];
  readonly physicalAlias: string;
  readonly columns: readonly SourceColumn[];
}

/** The columns that an expression may name: those of its own FROM, then the select list's aliases, then the outer query's. */
export class Scope {
  readonly aliases = new Map<string, Bound>();

  constructor(
    readonly tables: readonly ScopeTable[],
    private readonly outer?: Scope,
  ) {}

  /** Finds a column by one to four identifiers; names are exact, because the lexer has folded them. */
  resolve(parts: readonly Identifier[]): Bound {
    const found = this.find(parts);
    if (found) return found;
    throw invalidIdentifier(parts.map(({ name, quoted }) => (quoted ? `"${name}"` : name)).join('.'));
  }

  private find(parts: readonly Identifier[]): Bound | undefined {
    const own = this.findColumn(parts);
    if (own) return own;
    const alias = parts.length === 1 ? this.aliases.get((parts[0] as Identifier).name) : undefined;
    return alias ?? this.outer?.find(parts);
  }

  /** Finds a column of this query's own tables. */
  findColumn(parts: readonly Identifier[]): Bound | undefined {
    const name = (parts.at(-1) as Identifier).name;
    const qualifier = parts.slice(0, -1).map((part) => part.name);
    const matches = this.tablesNamed(qualifier).flatMap((table) =>
      table.columns.filter((column) => column.name === name).map((column) => ({ table, column })),
    );
    if (matches.length > 1) throw compilationError('000904', '42702', `ambiguous column name '${name}'`);
    const [match] = matches;
    return match && { sql: `${match.table.physicalAlias}."${match.column.physical}"`, type: match.column.type };
  }

  /** The tables that a qualifier names; an empty one names all. */
  tablesNamed(qualifier: readonly string[]): ScopeTable[] {
    return this.tables.filter(({ path }) => {
      const tail = path.slice(path.length - qualifier.length);
      return qualifier.length <= path.length && qualifier.every((part, index) => part === tail[index]);
    });
  }
}
