import { gzipSync } from 'node:zlib';
import type { RowsResult } from '../run/statement-result';
import type { ResultChunk } from './replies';

/** Rows that go into the answer itself, and rows a chunk; Snowflake too sends the bulk of large results beside the answer. */
const INLINE_ROWS = 10_000;
const CHUNK_ROWS = 50_000;
const MOST_RESULTS = 50;

/** Keeps the rows of large results for the driver to fetch. */
export class ResultChunks {
  private readonly stored = new Map<string, readonly Buffer[]>();

  /** Splits a result into the rows of the answer and chunks below `baseUrl`. */
  split(queryId: string, { rows }: RowsResult, baseUrl: string): { inline: RowsResult['rows']; chunks: ResultChunk[] } {
    if (rows.length <= INLINE_ROWS) return { inline: rows, chunks: [] };
    const bodies: Buffer[] = [];
    const chunks: ResultChunk[] = [];
    for (let from = INLINE_ROWS; from < rows.length; from += CHUNK_ROWS) {
      const part = rows.slice(from, from + CHUNK_ROWS);
      // The driver puts the brackets around the rows itself.
      const text = part.map((row) => JSON.stringify(row)).join(',');
      const body = gzipSync(text, { level: 1 });
      chunks.push({
        url: `${baseUrl}/results/${queryId}/${bodies.length}`,
        rowCount: part.length,
        uncompressedSize: Buffer.byteLength(text),
        compressedSize: body.length,
      });
      bodies.push(body);
    }
    this.stored.set(queryId, bodies);
    const oldest = this.stored.keys().next().value;
    if (this.stored.size > MOST_RESULTS && oldest !== undefined) this.stored.delete(oldest);
    return { inline: rows.slice(0, INLINE_ROWS), chunks };
  }

  /** The gzipped body of `/results/<query id>/<number>`. */
  body(path: string): Buffer | undefined {
    const [, queryId = '', index = ''] = /^\/results\/([^/]+)\/(\d+)$/.exec(path) ?? [];
    return this.stored.get(queryId)?.[Number(index)];
  }
}
