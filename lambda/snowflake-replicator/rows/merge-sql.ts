import { targetKeys, type Key } from './key-range';
import { name, qualified, text, type TableName } from './snowflake-text';
import { digestOf, loadedColumns, storedText, type TargetShape } from './stored-sql';
import { columnList, QUARANTINE, quarantineColumns, type KeyColumn } from './table-ddl';
import { DELETED_AT, type MappedColumn, type TableMapping } from './table-mapping';

function sameKey(key: readonly MappedColumn[], left: string, right: string): string {
  return key.map(({ target }) => `${left}.${name(target)} = ${right}.${name(target)}`).join(' AND ');
}

/** True as long as the session is in this transaction. https://docs.snowflake.com/en/sql-reference/functions/current_transaction */
export function isWithin(transactionId: string): string {
  return `CURRENT_TRANSACTION() = ${text(transactionId)}`;
}

/**
 * MERGE of staged rows into the target, the newest of each key.
 *
 * A batch reads one snapshot, in which a key occurs once; the QUALIFY keeps the statement deterministic should it not.
 * Outside of the transaction, should somebody have ended it, nothing is merged. https://docs.snowflake.com/en/sql-reference/sql/merge
 */
export function mergeStaged({ name: target, mapping, softDelete }: TargetShape, staging: TableName, newestBy: string | undefined, transactionId: string): string {
  const loaded = loadedColumns(mapping);
  const keys = mapping.key.map((column) => column.target);
  const order = newestBy === undefined ? keys.map(name).join(', ') : `${name(newestBy)} DESC NULLS LAST`;
  const sets = [...loaded.filter((column) => !keys.includes(column)).map((column) => `t.${name(column)} = s.${name(column)}`), ...(softDelete ? [`t.${name(DELETED_AT)} = NULL`] : [])];
  return [
    `MERGE INTO ${qualified(target)} t`,
    `USING (SELECT ${loaded.map(name).join(', ')} FROM ${qualified(staging)} WHERE ${isWithin(transactionId)} QUALIFY ROW_NUMBER() OVER (PARTITION BY ${keys.map(name).join(', ')} ORDER BY ${order}) = 1) s`,
    `ON ${sameKey(mapping.key, 't', 's')}`,
    ...(sets.length === 0 ? [] : [`WHEN MATCHED THEN UPDATE SET ${sets.join(', ')}`]),
    `WHEN NOT MATCHED THEN INSERT (${columnList(mapping)}) VALUES (${loaded.map((column) => `s.${name(column)}`).join(', ')})`,
  ].join(' ');
}

/** The digest of the target's rows whose keys were staged: what readers will see of the batch. */
export function mergedDigest({ name: target, mapping }: TargetShape, staging: TableName): string {
  return digestOf(`SELECT ${storedText(mapping, 't')} AS T FROM ${qualified(target)} t JOIN ${qualified(staging)} s ON ${sameKey(mapping.key, 't', 's')}`);
}

/** The digest of a quarantine, which keeps it ready. */
export function quarantineDigest(quarantine: TableName): string {
  return `SELECT COUNT(*) AS ROW_COUNT, COALESCE(SUM(${name(QUARANTINE.upper)}), 0) AS UPPER_SUM, COALESCE(SUM(${name(QUARANTINE.lower)}), 0) AS LOWER_SUM FROM ${qualified(quarantine)}`;
}

/** Deletes the rows of a table whose keys another table has. */
export function deleteKeysOf({ key }: TableMapping, table: TableName, other: TableName): string {
  return `DELETE FROM ${qualified(table)} t USING ${qualified(other)} s WHERE ${sameKey(key, 't', 's')}`;
}

/** Copies what is quarantined from one table to another. */
export function copyQuarantined(key: readonly KeyColumn[], from: TableName, to: TableName): string {
  const columns = quarantineColumns(key);
  return `INSERT INTO ${qualified(to)} (${columns}) SELECT ${columns} FROM ${qualified(from)}`;
}

/** Marks or removes the rows that the source no longer has. */
export function removeKeys({ name: target, mapping, softDelete }: TargetShape, keys: readonly Key[], at: string): string {
  const condition = targetKeys(mapping.key, keys, name);
  if (!softDelete) return `DELETE FROM ${qualified(target)} WHERE ${condition}`;
  return `UPDATE ${qualified(target)} SET ${name(DELETED_AT)} = ${text(at)}::TIMESTAMP_TZ(6) WHERE ${name(DELETED_AT)} IS NULL AND (${condition})`;
}

/** Makes one table take the name, and the readers, of the other. */
export function swapTables(live: TableName, next: TableName): string {
  return `ALTER TABLE ${qualified(live)} SWAP WITH ${qualified(next)}`;
}
