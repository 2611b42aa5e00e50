import { beyondStandIn } from '../snowflake-error';
import type { ObjectName } from './ast';
import { type Grammar, nestedQuery } from './grammar';
import { parseOptions } from './parse-options';
import { parseType } from './parse-type';
import type { AlterTableAction, ColumnDefinition, CreateTable, Statement } from './statement';
import type { Identifier } from './token-cursor';

const DROPPABLE = ['TABLE', 'STAGE', 'SCHEMA', 'DATABASE', 'ROLE', 'USER', 'WAREHOUSE'] as const;

/** Reads CREATE [OR REPLACE] ... for every kind of object the stand-in has. */
export function parseCreate(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('CREATE');
  const orReplace = cursor.accept('OR', 'REPLACE');
  cursor.accept('LOCAL');
  const temporary = cursor.accept('TEMPORARY') || cursor.accept('TEMP') || cursor.accept('VOLATILE');
  const transient = cursor.accept('TRANSIENT');
  if (cursor.accept('TABLE')) return parseCreateTable(grammar, orReplace, temporary ? 'temporary' : transient ? 'transient' : 'permanent');
  if (cursor.accept('STAGE')) return { kind: 'createStage', orReplace, temporary, ...named(grammar), options: parseOptions(cursor) };
  if (cursor.accept('FILE', 'FORMAT'))
    return { kind: 'createFileFormat', orReplace, temporary, ...named(grammar), options: parseOptions(cursor) };
  if (cursor.isWord('DATABASE', 'SCHEMA')) {
    const what = cursor.expectOneOf('DATABASE', 'SCHEMA') === 'DATABASE' ? 'database' : 'schema';
    return { kind: 'createNamespace', what, orReplace, transient, ...named(grammar) };
  }
  if (cursor.isWord('ROLE', 'USER', 'WAREHOUSE')) {
    const what = cursor.expectOneOf('ROLE', 'USER', 'WAREHOUSE').toLowerCase() as 'role' | 'user' | 'warehouse';
    const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
    const name = cursor.expectIdentifier();
    cursor.accept('WITH');
    return { kind: 'createPrincipal', what, orReplace, ifNotExists, name, options: parseOptions(cursor) };
  }
  throw beyondStandIn(`CREATE ${cursor.peek().value}`);
}

function named({ cursor }: Grammar): { ifNotExists: boolean; name: ObjectName } {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  return { ifNotExists, name: cursor.expectName() };
}

function parseCreateTable(grammar: Grammar, orReplace: boolean, persistence: CreateTable['persistence']): CreateTable {
  const { cursor } = grammar;
  const { ifNotExists, name } = named(grammar);
  let columns: ColumnDefinition[] | undefined;
  let origin: CreateTable['origin'];
  let copyGrants = false;
  let comment: string | undefined;
  if (cursor.isWord('LIKE', 'CLONE')) origin = { kind: cursor.next().value === 'LIKE' ? 'like' : 'clone', table: cursor.expectName() };
  if (cursor.isWord('AT', 'BEFORE')) throw beyondStandIn(`CLONE ${cursor.peek().value}`);
  if (cursor.isOperator('(')) columns = parseColumns(grammar);
  for (;;) {
    if (cursor.accept('COPY', 'GRANTS')) copyGrants = true;
    else if (cursor.isWord('COMMENT')) {
      cursor.next();
      cursor.expectOperator('=');
      comment = cursor.expectString();
    } else if (cursor.accept('DATA_RETENTION_TIME_IN_DAYS')) {
      cursor.expectOperator('=');
      cursor.expectInteger();
    } else break;
  }
  if (!origin && cursor.accept('AS')) origin = { kind: 'query', query: cursor.isOperator('(') ? nestedQuery(grammar) : grammar.query() };
  if (!origin && !columns) cursor.fail();
  return { kind: 'createTable', orReplace, ifNotExists, persistence, name, columns, origin, copyGrants, comment };
}

/** Reads the column list; key constraints are read and forgotten, because Snowflake does not enforce them. */
function parseColumns(grammar: Grammar): ColumnDefinition[] {
  const { cursor } = grammar;
  const columns: ColumnDefinition[] = [];
  cursor.parenthesized(() => {
    if (cursor.isWord('PRIMARY', 'UNIQUE', 'CONSTRAINT', 'FOREIGN')) skipConstraint(grammar);
    else columns.push(parseColumn(grammar));
  });
  return columns;
}

function skipConstraint({ cursor }: Grammar): void {
  if (cursor.accept('CONSTRAINT')) cursor.expectIdentifier();
  if (cursor.accept('PRIMARY', 'KEY') || cursor.accept('UNIQUE')) cursor.parenthesized(() => cursor.expectIdentifier());
  else throw beyondStandIn(`constraint ${cursor.peek().value}`);
}

function parseColumn(grammar: Grammar): ColumnDefinition {
  const { cursor } = grammar;
  const name = cursor.expectIdentifier();
  const type = parseType(cursor);
  let notNull = false;
  let defaultValue: ColumnDefinition['defaultValue'];
  let comment: string | undefined;
  for (;;) {
    if (cursor.accept('NOT', 'NULL')) notNull = true;
    else if (cursor.accept('NULL')) notNull = false;
    else if (cursor.accept('DEFAULT')) defaultValue = grammar.expression();
    else if (cursor.accept('PRIMARY', 'KEY')) notNull = true;
    else if (cursor.accept('UNIQUE')) continue;
    else if (cursor.accept('COMMENT')) comment = cursor.expectString();
    else if (cursor.isWord('AUTOINCREMENT', 'IDENTITY', 'COLLATE', 'MASKING', 'WITH', 'CONSTRAINT', 'REFERENCES', 'AS'))
      throw beyondStandIn(`column property ${cursor.peek().value}`);
    else return { name, type, notNull, defaultValue, comment };
  }
}

export function parseDrop({ cursor }: Grammar): Statement {
  cursor.expect('DROP');
  const what = cursor.accept('FILE', 'FORMAT')
    ? 'file format'
    : (cursor.expectOneOf(...DROPPABLE).toLowerCase() as Lowercase<(typeof DROPPABLE)[number]>);
  const ifExists = cursor.accept('IF', 'EXISTS');
  const name = cursor.expectName();
  if (cursor.accept('RESTRICT')) throw beyondStandIn('DROP ... RESTRICT');
  cursor.accept('CASCADE');
  return { kind: 'drop', what, name, ifExists };
}

export function parseAlter(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('ALTER');
  if (cursor.accept('SESSION')) {
    const set = cursor.expectOneOf('SET', 'UNSET') === 'SET';
    return { kind: 'alterSession', set: set ? parseOptions(cursor) : new Map(), unset: set ? [] : words(grammar) };
  }
  if (cursor.accept('WAREHOUSE')) {
    cursor.accept('IF', 'EXISTS');
    const name = cursor.expectIdentifier();
    const action = cursor.expectOneOf('SUSPEND', 'RESUME', 'SET');
    if (action !== 'SET') cursor.accept('IF', 'SUSPENDED');
    return {
      kind: 'alterWarehouse',
      name,
      action: action === 'SET' ? { set: parseOptions(cursor) } : action === 'SUSPEND' ? 'suspend' : 'resume',
    };
  }
  if (cursor.accept('USER')) {
    cursor.accept('IF', 'EXISTS');
    const name = cursor.expectIdentifier();
    const set = cursor.expectOneOf('SET', 'UNSET') === 'SET';
    return { kind: 'alterUser', name, set: set ? parseOptions(cursor) : new Map(), unset: set ? [] : words(grammar) };
  }
  if (!cursor.accept('TABLE')) throw beyondStandIn(`ALTER ${cursor.peek().value}`);
  const ifExists = cursor.accept('IF', 'EXISTS');
  return { kind: 'alterTable', ifExists, table: cursor.expectName(), action: parseAlterTable(grammar) };
}

function words({ cursor }: Grammar): string[] {
  const names = [cursor.expectIdentifier().name];
  while (cursor.acceptOperator(',')) names.push(cursor.expectIdentifier().name);
  return names;
}

function parseAlterTable(grammar: Grammar): AlterTableAction {
  const { cursor } = grammar;
  if (cursor.accept('SWAP', 'WITH')) return { kind: 'swap', with: cursor.expectName() };
  if (cursor.accept('RENAME', 'TO')) return { kind: 'rename', to: cursor.expectName() };
  if (cursor.accept('RENAME', 'COLUMN')) {
    const from = cursor.expectIdentifier();
    cursor.expect('TO');
    return { kind: 'renameColumn', from, to: cursor.expectIdentifier() };
  }
  if (cursor.accept('ADD')) {
    cursor.accept('COLUMN');
    const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
    const columns = [parseColumn(grammar)];
    while (cursor.acceptOperator(',')) {
      cursor.accept('COLUMN');
      columns.push(parseColumn(grammar));
    }
    return { kind: 'addColumns', ifNotExists, columns };
  }
  if (cursor.accept('DROP', 'COLUMN')) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    const names: Identifier[] = [cursor.expectIdentifier()];
    while (cursor.acceptOperator(',')) names.push(cursor.expectIdentifier());
    return { kind: 'dropColumns', ifExists, names };
  }
  if (cursor.accept('ALTER', 'COLUMN') || cursor.accept('MODIFY', 'COLUMN')) return parseAlterColumn(grammar);
  if (cursor.accept('SET', 'COMMENT')) {
    cursor.expectOperator('=');
    return { kind: 'setComment', comment: cursor.expectString() };
  }
  throw beyondStandIn(`ALTER TABLE ... ${cursor.peek().value}`);
}

function parseAlterColumn({ cursor }: Grammar): AlterTableAction {
  const column = cursor.expectIdentifier();
  if (cursor.accept('DROP', 'NOT', 'NULL')) return { kind: 'nullability', column, notNull: false };
  if (cursor.accept('SET', 'NOT', 'NULL')) return { kind: 'nullability', column, notNull: true };
  cursor.expect('SET', 'DATA', 'TYPE');
  return { kind: 'alterType', column, type: parseType(cursor) };
}
