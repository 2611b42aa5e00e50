import type { Statement } from '../sql/statement';
import { describeType } from '../sql/sql-type';
import type { Identifier } from '../sql/token-cursor';
import type { StatementContext } from './statement-context';
import { type RowsResult, textRows } from './statement-result';

/** DESCRIBE TABLE, STAGE and USER. */
export async function runDescribe({ what, name }: Statement & { kind: 'describe' }, context: StatementContext): Promise<RowsResult> {
  const { engine, session } = context;
  if (what === 'user') {
    const user = engine.catalog.user((name.at(-1) as Identifier).name);
    const rows: [string, string | null][] = [
      ['NAME', user.name],
      ['TYPE', user.type],
      ['DISABLED', String(user.disabled)],
      ['DEFAULT_ROLE', user.defaultRole ?? null],
      ['DEFAULT_WAREHOUSE', user.defaultWarehouse ?? null],
      ['RSA_PUBLIC_KEY', user.rsaPublicKey ?? null],
      ['RSA_PUBLIC_KEY_2', user.rsaPublicKey2 ?? null],
    ];
    return textRows(
      ['property', 'value', 'default', 'description'],
      rows.map(([property, value]) => [property, value, null, '']),
    );
  }
  if (what === 'stage') {
    const stage = engine.names.stage(session, name, 'READ');
    return textRows(
      ['parent_property', 'property', 'property_type', 'property_value', 'property_default'],
      [...stage.fileFormat].map(([property, value]) => [
        'STAGE_FILE_FORMAT',
        property,
        typeof value === 'boolean' ? 'Boolean' : 'String',
        typeof value === 'object' ? '' : String(value),
        '',
      ]),
    );
  }
  const table = engine.names.table(session, name, ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES'], 'Table');
  return textRows(
    [
      'name',
      'type',
      'kind',
      'null?',
      'default',
      'primary key',
      'unique key',
      'check',
      'expression',
      'comment',
      'policy name',
      'privacy domain',
    ],
    table.columns.map((column) => [
      column.name,
      describeType(column.type),
      'COLUMN',
      column.notNull ? 'N' : 'Y',
      column.defaultValue?.source ?? null,
      'N',
      'N',
      null,
      null,
      column.comment || null,
      null,
      null,
    ]),
  );
}
