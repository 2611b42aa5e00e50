import type { AttemptNames } from '../rows/batch-identity';
import { copyIntoFields, insertFitting, insertMisfits, type StagedParts } from '../rows/load-sql';
import { parseRecord } from '../rows/parse-record';
import { qualified, text, type TableName } from '../rows/snowflake-text';
import { createFieldsTable, createQuarantine, dropTable, keyColumns, quarantineColumns } from '../rows/table-ddl';
import type { TableMapping } from '../rows/table-mapping';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import { checkLoaded } from './check-loaded';
import type { OversizedRecord } from './extract';
import type { Workplace } from './workplace';

type Loader = Pick<WarehouseSession, 'execute' | 'rows'>;

/**
 * Loads a part of which some value has no place in the target: as texts first, from which Snowflake takes what fits, and
 * the rest goes to the attempt's misfits, whole rows with their keys. Answers how many those are.
 */
export async function loadThroughFields(work: Workplace, loader: Loader, mapping: TableMapping, table: TableName, names: AttemptNames, parts: StagedParts, expected: number): Promise<number> {
  const fields = work.control.named(`${names.fields}_${partNumber(parts)}`);
  const misfits = work.control.named(names.misfits);
  await loader.execute(createFieldsTable(mapping, fields, `attempt of ${work.operationId}`));
  const { rows: files } = await loader.execute(copyIntoFields(fields, parts));
  checkLoaded(expected, files.reduce((sum, file) => sum + Number(file['rows_loaded'] ?? 0), 0), parts.files.join(', '));
  await loader.execute(createQuarantine(keyColumns(mapping), misfits));
  const { changed: misfit } = await loader.execute(insertMisfits(mapping, fields, misfits, work.ports.now().toISOString()));
  const { changed: fitting } = await loader.execute(insertFitting(mapping, fields, table));
  checkLoaded(expected, fitting + misfit, parts.files.join(', '));
  await loader.execute(dropTable(fields));
  await work.ports.checkpoint('misfits found');
  return misfit;
}

/** Keeps the keys of rows that are too long for any text of Snowflake, without the rows. */
export async function quarantineOversized(work: Workplace, loader: Loader, mapping: TableMapping, names: AttemptNames, oversized: readonly OversizedRecord[]): Promise<number> {
  if (oversized.length === 0) return 0;
  const misfits = work.control.named(names.misfits);
  await loader.execute(createQuarantine(keyColumns(mapping), misfits));
  for (const { record, md5 } of oversized) {
    const fields = parseRecord(record);
    const values = [
      ...mapping.key.map((column) => `${text(fields[mapping.columns.indexOf(column)] ?? '')}::${column.mapping.target}`),
      text(`the row is ${Buffer.byteLength(record)} bytes long, more than a text of Snowflake holds`),
      'NULL',
      text(upperOf(md5)),
      text(lowerOf(md5)),
      `${text(work.ports.now().toISOString())}::TIMESTAMP_TZ(6)`,
    ];
    await loader.execute(`INSERT INTO ${qualified(misfits)} (${quarantineColumns(mapping.key)}) SELECT ${values.join(', ')}`);
  }
  return oversized.length;
}

/** The halves of an MD5 as the numbers that Snowflake makes of them. */
export function upperOf(md5: string): string {
  return String(BigInt(`0x${md5.slice(0, 16)}`));
}

export function lowerOf(md5: string): string {
  return String(BigInt(`0x${md5.slice(16)}`));
}

/** Parts of one attempt load side by side, each through a table of its own. */
function partNumber({ files }: StagedParts): string {
  return /-(\d+)\.csv/.exec(files[0] ?? '')?.[1] ?? '0';
}
