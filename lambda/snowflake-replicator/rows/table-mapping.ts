import { identifier } from '../../common/postgres/quote';
import { maskedMapping, type Mask } from './masked-column';
import { labelOf, type SourceColumn, type SourceTable } from './source-table';
import { choicesFor, ImpossibleChoice, mappingOf, type TypeChoice } from './type-catalogue';
import type { TypeMapping } from './type-mapping';

/** What the configuration says of one column. */
export interface ColumnChoice extends TypeChoice {
  /** Left out of the target altogether. */
  readonly exclude?: boolean | undefined;
  readonly mask?: Mask | undefined;
}

/** What the configuration says of a table's columns. */
export interface MappingChoices {
  /** By column name. */
  readonly columns: Readonly<Record<string, ColumnChoice>>;
  /** By type, for columns of which `columns` says nothing of it: what `json`, `jsonb`, `numeric` and arrays become. */
  readonly types: { readonly json?: 'text' | 'variant' | undefined; readonly numeric?: 'text' | 'decfloat' | undefined; readonly array?: 'text' | 'array' | undefined };
  /** `upper` lets people write names in Snowflake without quotes. */
  readonly names: 'upper' | 'exact';
}

/** One column on its way. */
export interface MappedColumn {
  readonly source: SourceColumn;
  /** Quoted in PostgreSQL. */
  readonly quoted: string;
  /** Its name in Snowflake. */
  readonly target: string;
  readonly mapping: TypeMapping;
}

/** A table on its way: which columns, in which order they stand in a record, and by which its rows are told apart. */
export interface TableMapping {
  readonly table: SourceTable;
  /** The key first, then those whose text can be had back, then the lossy ones. */
  readonly columns: readonly MappedColumn[];
  readonly key: readonly MappedColumn[];
  readonly lossy: readonly MappedColumn[];
}

/** Columns that the replicator adds to targets. */
export const DELETED_AT = '_HOLDFAST_DELETED_AT';
export const DIGEST = '_HOLDFAST_DIGEST';

const RESERVED_PREFIX = '_HOLDFAST_';
/** https://docs.snowflake.com/en/sql-reference/identifiers-syntax */
const LONGEST_NAME = 255;

/** Something about a table that keeps it from being replicated: each problem names the column and what would help. */
export class UnmappableTable extends Error {
  override readonly name = 'UnmappableTable';

  constructor(
    table: SourceTable,
    readonly problems: readonly string[],
  ) {
    super(`${labelOf(table)}: ${problems.join('; ')}`);
  }
}

/** Decides how every column of the table travels. Raises `UnmappableTable` with everything that is in the way. */
export function mapTable(table: SourceTable, choices: MappingChoices): TableMapping {
  const problems: string[] = [...unknownColumns(table, choices)];
  const mapped = table.columns.flatMap((column) => {
    if (choices.columns[column.name]?.exclude) return table.key.includes(column.name) ? (problems.push(`columns.${column.name}.exclude: a column of the key cannot be left out`), []) : [];
    try {
      return [mapColumn(column, choices)];
    } catch (error) {
      if (!(error instanceof ImpossibleChoice)) throw error;
      problems.push(`columns.${column.name}.${error.message}`);
      return [];
    }
  });
  problems.push(...nameProblems(mapped));
  const key = table.key.flatMap((name) => mapped.filter(({ source }) => source.name === name));
  problems.push(...keyProblems(key, choices));
  if (problems.length > 0) throw new UnmappableTable(table, problems);
  const others = mapped.filter((column) => !key.includes(column));
  const lossy = others.filter(({ mapping }) => mapping.lossy);
  return { table, columns: [...key, ...others.filter(({ mapping }) => !mapping.lossy), ...lossy], key, lossy };
}

function mapColumn(source: SourceColumn, { columns, types, names }: MappingChoices): MappedColumn {
  const { mask, ...choice } = columns[source.name] ?? {};
  const typeChoice = choice.as === undefined ? { ...choice, as: choiceOfType(source, types) } : choice;
  return {
    source,
    quoted: identifier(source.name),
    target: names === 'upper' ? source.name.toUpperCase() : source.name,
    mapping: mask ? maskedMapping(source, mask) : mappingOf(source.type, typeChoice),
  };
}

function choiceOfType({ type }: SourceColumn, types: MappingChoices['types']): TypeChoice['as'] {
  const chosen = type.kind === 'array' ? types.array : ['json', 'jsonb'].includes(type.name) ? types.json : type.name === 'numeric' && type.modifier < 4 ? types.numeric : undefined;
  return chosen !== undefined && chosen !== 'text' && choicesFor(type).includes(chosen) ? chosen : undefined;
}

function unknownColumns(table: SourceTable, { columns }: MappingChoices): string[] {
  const known = table.columns.map(({ name }) => name);
  return Object.keys(columns)
    .filter((name) => !known.includes(name))
    .map((name) => `columns.${name}: there is no such column, expected one of ${known.join(', ')}`);
}

function nameProblems(columns: readonly MappedColumn[]): string[] {
  return columns.flatMap(({ source, target }, index) => {
    const twin = columns.slice(0, index).find((other) => other.target === target);
    return [
      ...(twin ? [`columns ${twin.source.name} and ${source.name} would both be ${target}: set names to "exact"`] : []),
      ...(target.toUpperCase().startsWith(RESERVED_PREFIX) ? [`column ${source.name} has a name that the replicator keeps for itself: leave it out with exclude`] : []),
      ...(target.length > LONGEST_NAME ? [`column ${source.name.slice(0, 40)}... has a name of more than ${LONGEST_NAME} characters`] : []),
    ];
  });
}

function keyProblems(key: readonly MappedColumn[], { columns }: MappingChoices): string[] {
  return key.flatMap(({ source, mapping }) => [
    ...(columns[source.name]?.mask ? [`columns.${source.name}.mask: a column of the key cannot be masked`] : []),
    ...(mapping.orderable ? [] : [`key column ${source.name} is ${source.type.declared}, whose equal values may look different: choose another unique index with key${source.type.name === 'numeric' ? `, or columns.${source.name}.as "number" with precision and scale` : ''}`]),
  ]);
}
