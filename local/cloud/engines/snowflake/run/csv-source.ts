import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { beyondStandIn } from '../snowflake-error';
import { quoteString } from '../sql/quote';
import type { CsvFormat } from './file-format';

/** Two values of 16 MB fit into a line. */
const LONGEST_LINE_BYTES = 33_554_432;

export type Compression = 'gzip' | 'zstd' | 'none';

/** Tells how a file is compressed from its first bytes. */
export async function compressionOf(path: string): Promise<Compression> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip';
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
  } finally {
    await file.close();
  }
}

/** DuckDB text that reads files of one compression as columns c1, c2, ... of VARCHAR; `filename` says which file. */
export async function readCsv(paths: readonly string[], width: number, format: CsvFormat, extra: readonly string[] = []): Promise<string> {
  const compression = await compressionOf(paths[0] as string);
  if (format.compression !== 'AUTO' && format.compression.toLowerCase() !== compression)
    throw beyondStandIn(`COMPRESSION = ${format.compression} for a file that is ${compression}`);
  const { ending } = await firstRecord(paths[0] as string, format);
  const columns = [...Array(width).keys()].map((index) => `'c${index + 1}': 'VARCHAR'`);
  const options = [
    'header = false',
    'auto_detect = false',
    `columns = {${columns.join(', ')}}`,
    `delim = ${quoteString(format.delimiter)}`,
    `quote = ${quoteString(format.enclosedBy)}`,
    `escape = ${quoteString(format.enclosedBy)}`,
    `skip = ${format.skipHeader}`,
    // An empty field is NULL only without quotes around it.
    ...(format.emptyFieldAsNull ? [`nullstr = ['']`, 'allow_quoted_nulls = false'] : [`nullstr = ['\u0001 never']`]),
    // Left to itself DuckDB takes the first line break that it meets, in quotes or not, for the end of every record.
    ...(ending === undefined ? [] : [`new_line = '${ending}'`]),
    `compression = ${quoteString(compression)}`,
    'filename = true',
    `max_line_size = ${LONGEST_LINE_BYTES}`,
    `buffer_size = ${2 * LONGEST_LINE_BYTES}`,
    ...extra,
  ];
  return `read_csv([${paths.map(quoteString).join(', ')}], ${options.join(', ')})`;
}

/** What the first record of a file tells about all of them. */
interface FirstRecord {
  /** Fields; 0 in an empty file. */
  readonly width: number;
  /** What ends it, as DuckDB writes it; nothing where the file ends first. */
  readonly ending: '\\n' | '\\r\\n' | undefined;
}

/** Looks at a file's first record, behind its header. */
export async function firstRecord(path: string, { delimiter, enclosedBy, skipHeader }: CsvFormat): Promise<FirstRecord> {
  const compression = await compressionOf(path);
  const file = createReadStream(path);
  const text = compression === 'none' ? file : file.pipe(compression === 'gzip' ? createGunzip() : createZstdDecompress());
  let line = 0;
  let width = 1;
  let quoted = false;
  let last = '';
  try {
    for await (const piece of text) {
      for (const char of (piece as Buffer).toString('latin1')) {
        if (char === enclosedBy) quoted = !quoted;
        else if (char === '\n' && !quoted) {
          if (line === skipHeader) return { width, ending: last === '\r' ? '\\r\\n' : '\\n' };
          line += 1;
          width = 1;
          last = '';
          continue;
        } else if (char === delimiter && !quoted) width += 1;
        last = char;
      }
    }
  } finally {
    file.destroy();
  }
  return { width: last === '' ? 0 : width, ending: undefined };
}
