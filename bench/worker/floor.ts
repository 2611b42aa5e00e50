import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connect } from '../../lambda/common/postgres/connect';
import { PartFile } from '../../lambda/snowflake-replicator/load/part-file';
import type { FloorInput, FloorOutput } from './worker-input';

const FIFTEEN_MINUTES_MS = 900_000;
const KEY = randomBytes(16);

/**
 * The least that a load takes on this machine: the same bytes out of PostgreSQL, compressed, encrypted, decrypted and read by DuckDB into
 * typed columns, with as many readers and loaders as the function has, everything at the same time, and nothing beside it. No session,
 * no HTTP, no checks of what Snowflake would refuse, no transaction, no state.
 */
async function main(): Promise<void> {
  const input = JSON.parse(await text(process.stdin)) as FloorInput;
  const directory = await mkdtemp(path.join(tmpdir(), 'holdfast-floor-'));
  const startedMs = performance.now();
  const instance = await DuckDBInstance.create(path.join(directory, 'floor.duckdb'), { threads: String(input.threads), memory_limit: '4GB', preserve_insertion_order: 'false' });
  try {
    await load(input, instance, directory);
    if (input.proof) await (await instance.connect()).run(`SELECT count(*), sum(md5_number_upper(t)::HUGEINT), sum(md5_number_lower(t)::HUGEINT) FROM (SELECT concat_ws(',', COLUMNS(*)) AS t FROM floor)`);
  } finally {
    instance.closeSync();
    await rm(directory, { recursive: true });
  }
  process.stdout.write(JSON.stringify({ seconds: (performance.now() - startedMs) / 1000 } satisfies FloorOutput));
}

async function load(input: FloorInput, instance: DuckDBInstance, directory: string): Promise<void> {
  const duck = await instance.connect();
  await duck.run(`SET TimeZone = 'UTC'; SET force_compression = 'uncompressed'; CREATE TABLE floor (${input.columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`);
  const ranges = [...Array(input.parts).keys()];
  const loading: Promise<void>[] = [];
  const read = async () => {
    const client = await connect(input.source, { applicationName: 'floor', statementTimeoutMs: FIFTEEN_MINUTES_MS });
    for (let part = ranges.shift(); part !== undefined; part = ranges.shift()) {
      const file = path.join(directory, String(part));
      await extract(client, input, part, file);
      loading.push(loadPart(instance, input, file));
    }
    await client.end();
  };
  await Promise.all([...Array(input.readers).keys()].map(read));
  await Promise.all(loading);
}

/** Reads one share of the table's pages into a compressed file. */
async function extract(client: Client, { table, pagesPerPart, proof, columns }: FloorInput, part: number, file: string): Promise<void> {
  const first = part * pagesPerPart;
  const where = `ctid >= '(${first},0)' AND ctid < '(${first + pagesPerPart},0)'`;
  const fields = columns.map(({ name }) => name).join(', ');
  // With proof every row is hashed as a text of the same length, and its MD5 travels along.
  const digest = proof ? `, md5(concat_ws(',', ${fields}))` : '';
  const compressed = new PartFile(file, 'zstd');
  for await (const chunk of client.query(copyTo(`COPY (SELECT ${fields}${digest} FROM ${table} WHERE ${where}) TO STDOUT (FORMAT csv)`))) {
    compressed.add(chunk as Buffer);
    await compressed.drained();
  }
  await compressed.finish();
}

async function loadPart(instance: DuckDBInstance, { columns, proof }: FloorInput, file: string): Promise<void> {
  const plain = `${file}.csv.zst`;
  const iv = randomBytes(16);
  await pipeline(createReadStream(file), createCipheriv('aes-128-cbc', KEY, iv), createDecipheriv('aes-128-cbc', KEY, iv), createWriteStream(plain));
  const duck: DuckDBConnection = await instance.connect();
  const fields = [...columns, ...(proof ? [{ name: 'digest', type: 'VARCHAR' }] : [])].map(({ name, type }) => `'${name}': '${type}'`).join(', ');
  await duck.run(`INSERT INTO floor SELECT ${columns.map(({ name }) => name).join(', ')} FROM read_csv('${plain}', header = false, auto_detect = false, columns = {${fields}}, new_line = '\\n', compression = 'zstd')`);
  duck.closeSync();
  await Promise.all([rm(file), rm(plain)]);
}

void main();
