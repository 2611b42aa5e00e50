import type { Bound } from '../bind/bound';
import type { DuckConnection } from '../duck/duck-database';
import { tokenize } from '../sql/lexer';
import { NULL, UNCHECKED_TEXT } from '../sql/sql-type';
import { asDirectory, parseStagePath } from '../stages/stage-path';
import type { LocalFiles } from '../stages/stage-files';
import { readCsv } from './csv-source';
import { DEFAULT_CSV } from './file-format';
import type { StatementContext } from './statement-context';

/** The values of an array bind as a DuckDB table, one column a placeholder. */
export interface ArrayBinds {
  readonly table: string;
  readonly column: (index: number) => Bound;
  readonly prepare: (connection: DuckConnection) => Promise<void>;
  readonly dispose: (connection: DuckConnection) => Promise<void>;
}

const TABLE = 'array_binds';

/** Returns the array binds of a statement, whether they came in the request or on the driver's bind stage. */
export function arrayBinds(context: StatementContext): ArrayBinds | undefined {
  const { bindStage, bindings } = context;
  if (bindStage !== undefined) return stagedBinds(bindStage, context);
  const first = bindings.get(1)?.value;
  if (!Array.isArray(first)) return undefined;
  const columns = [...bindings.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { value }]) => (Array.isArray(value) ? (value as (string | null)[]) : first.map(() => value as string | null)));
  return {
    ...described(columns.length),
    prepare: async (connection) => {
      await createTable(connection, columns.length);
      await connection.append(TABLE, 'temp', columns);
    },
  };
}

function described(width: number): Omit<ArrayBinds, 'prepare'> {
  return {
    table: `temp.main.${TABLE} AS b`,
    column: (index) => (index <= width ? { sql: `b.c${index}`, type: UNCHECKED_TEXT } : { sql: 'NULL', type: NULL }),
    dispose: async (connection) => {
      await connection.run(`DROP TABLE IF EXISTS temp.main.${TABLE}`);
    },
  };
}

async function createTable(connection: DuckConnection, width: number): Promise<void> {
  const columns = [...Array(width).keys()].map((index) => `c${index + 1} VARCHAR`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} (${columns.join(', ')})`);
}

/** The driver writes plain CSV although its PUT says gzip (snowflake-sdk 3.3.0, connection/bind_uploader.js). */
function stagedBinds(reference: string, context: StatementContext): ArrayBinds {
  const { engine, session, sqlText } = context;
  const { stage: name, path } = parseStagePath(reference);
  const stage = engine.names.stage(session, name, 'READ');
  const width = tokenize(sqlText).filter(({ kind }) => kind === 'bind').length;
  const columns = [...Array(width).keys()].map((index) => `c${index + 1}`).join(', ');
  let files: LocalFiles | undefined;
  return {
    ...described(width),
    prepare: async (connection) => {
      files = await engine.stageFiles.download(stage, await engine.stageFiles.list(stage, asDirectory(path)));
      await createTable(connection, width);
      for (const file of files.paths) {
        const source = await readCsv([file], width, { ...DEFAULT_CSV, enclosedBy: '"' });
        await connection.run(`INSERT INTO temp.main.${TABLE} SELECT ${columns} FROM ${source}`);
      }
    },
    dispose: async (connection) => {
      await connection.run(`DROP TABLE IF EXISTS temp.main.${TABLE}`);
      await files?.dispose();
    },
  };
}
