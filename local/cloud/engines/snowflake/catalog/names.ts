import { compilationError, missingObject, SnowflakeError } from '../snowflake-error';
import type { ObjectName } from '../sql/ast';
import type { Identifier } from '../sql/token-cursor';
import type { Access } from './access';
import { type Catalog, objectKey, qualifiedName } from './catalog';
import type { Database, FileFormat, Schema, Stage, Table, Warehouse } from './objects';
import type { Session } from './session';

/** Finds objects by the names in a statement, as far as the session's roles may see them. */
export class Names {
  constructor(
    private readonly catalog: Catalog,
    private readonly access: Access,
  ) {}

  database(session: Session, name: string | undefined): Database {
    const wanted = name ?? session.database;
    if (wanted === undefined)
      throw new SnowflakeError(
        '090105',
        '22000',
        `Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.`,
      );
    const database = this.catalog.databases.get(wanted);
    if (!database || !this.access.sees(session, database)) throw missingObject('Database', wanted);
    return database;
  }

  /** Finds a schema by `schema` or `database.schema`, or the session's own. */
  schema(session: Session, name: readonly Identifier[]): Schema {
    const database = this.database(session, name.at(-2)?.name);
    const wanted = name.at(-1)?.name ?? session.schema;
    if (wanted === undefined)
      throw new SnowflakeError(
        '090106',
        '22000',
        `Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.`,
      );
    const schema = database.schemas.get(wanted);
    if (!schema || !this.access.sees(session, schema)) throw missingObject('Schema', `${database.name}.${wanted}`);
    return schema;
  }

  /** The schema and the last part of an object's name; using a schema takes USAGE on it and on its database. */
  private place(session: Session, name: ObjectName, noun: string): { schema: Schema; last: string } {
    const last = (name.at(-1) as Identifier).name;
    const path = name.slice(0, -1);
    const schema = this.schema(session, path);
    if (!this.access.may(session, schema.database, 'USAGE') || !this.access.may(session, schema, 'USAGE'))
      throw missingObject(noun, qualifiedName(schema, last));
    return { schema, last };
  }

  /** The schema in which an object is to be created. */
  placeFor(session: Session, name: ObjectName, privilege: string): { schema: Schema; last: string } {
    const place = this.place(session, name, 'Schema');
    this.access.require(session, place.schema, privilege);
    return place;
  }

  /** Finds a table that the session may see. A temporary table hides a permanent one of its name. */
  findTable(session: Session, name: ObjectName, noun = 'Object'): Table | undefined {
    const { schema, last } = this.place(session, name, noun);
    const temporary = session.temporaryTables.get(objectKey(schema, last));
    if (temporary) return temporary;
    const table = schema.tables.get(last);
    return table && this.access.sees(session, table) ? table : undefined;
  }

  /** Finds a table for an operation that takes one of the privileges; an empty list asks for ownership. */
  table(session: Session, name: ObjectName, privileges: readonly string[], noun = 'Object'): Table {
    const table = this.findTable(session, name, noun);
    if (!table) throw missingObject(noun, this.spelled(session, name));
    if (table.persistence === 'temporary') return table;
    if (privileges.length === 0) this.access.requireOwnership(session, table);
    else this.access.require(session, table, ...privileges);
    return table;
  }

  stage(session: Session, name: ObjectName, privilege: 'READ' | 'WRITE'): Stage {
    const { schema, last } = this.place(session, name, 'Stage');
    const temporary = session.temporaryStages.get(objectKey(schema, last));
    if (temporary) return temporary;
    const stage = schema.stages.get(last);
    if (!stage || !this.access.sees(session, stage)) throw missingObject('Stage', qualifiedName(schema, last));
    this.access.require(session, stage, privilege);
    return stage;
  }

  fileFormat(session: Session, name: ObjectName): FileFormat {
    const { schema, last } = this.place(session, name, 'File format');
    const format = session.temporaryFormats.get(objectKey(schema, last)) ?? schema.fileFormats.get(last);
    if (!format || (!format.temporary && !this.access.may(session, format, 'USAGE')))
      throw missingObject('File format', qualifiedName(schema, last));
    return format;
  }

  warehouse(session: Session, name: string): Warehouse {
    const warehouse = this.catalog.warehouses.get(name);
    if (!warehouse || !this.access.sees(session, warehouse))
      throw compilationError('002043', '02000', `Object does not exist, or operation cannot be performed.`);
    return warehouse;
  }

  /** The name as Snowflake prints it in messages: with the session's database and schema filled in. */
  spelled(session: Session, name: ObjectName): string {
    const parts = name.map((part) => part.name);
    const schema = parts.length > 1 ? [] : [session.schema ?? ''];
    const database = parts.length > 2 ? [] : [session.database ?? ''];
    return [...database, ...schema, ...parts].filter((part) => part !== '').join('.');
  }
}
