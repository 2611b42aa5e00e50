import * as z from 'zod/mini';
import type { Parameters } from '../common/aws/parameters';
import { InvalidInput } from '../common/errors';
import { parseInput } from '../common/parse-input';

const positive = z.number().check(z.positive());
const wholePositive = z.int().check(z.positive());
const notNegative = z.number().check(z.nonnegative());
const word = z.string().check(z.minLength(1));

/** Limits of what is asked of the source and of the function; every one has a default. */
const limitFields = z.strictObject({
  /** Longest that a statement may run in the source. */
  statementTimeoutSeconds: z._default(positive, 600),
  lockTimeoutSeconds: z._default(positive, 10),
  /** Longest that a snapshot is held: it keeps PostgreSQL from cleaning up what died after it. */
  snapshotMaxAgeSeconds: z._default(positive, 600),
  /** Sessions of all replicators together. */
  mostSessions: z._default(wholePositive, 12),
  mostActiveSessions: z._default(wholePositive, 64),
  mostReplicaLagMb: z._default(positive, 512),
  /** How long to leave the source alone when it is busy. */
  restSeconds: z._default(positive, 60),
  /** Connections that one function reads through at the same time. */
  readers: z._default(wholePositive, 2),
  /** Sessions that one function loads through at the same time. */
  loaders: z._default(wholePositive, 2),
  /** Size of a part file before compression, which is to a third or a quarter. Snowflake likes 100 to 250 MB compressed; smaller parts overlap better. */
  partMb: z._default(positive, 64),
  /** What an incremental batch may read. */
  batchMb: z._default(positive, 256),
  batchSeconds: z._default(positive, 240),
  /**
   * Size in the source beyond which a full load is divided among several functions. One has to read all below it in `snapshotMaxAgeSeconds`:
   * at the speed that was measured, 39 MB/s with proof, 5 GB take 130 of 600 s, so that it may be four times slower.
   */
  spreadAboveGb: z._default(positive, 5),
  /** Shares into which it is divided. */
  partitions: z._default(wholePositive, 8),
  /** Functions that read shares of one table at the same time. */
  partitionsAtOnce: z._default(wholePositive, 4),
  /** Tables that a run works on at the same time. */
  tablesAtOnce: z._default(wholePositive, 3),
  /** Rows that one comparison of both sides reads from the source. */
  verifyRows: z._default(wholePositive, 20_000_000),
});

const limitsSchema = limitFields.check(
  z.refine(({ readers, mostSessions }) => readers <= mostSessions, { path: ['mostSessions'], error: ({ input }) => `at least as many as readers, ${(input as z.output<typeof limitFields>).readers}` }),
);

const loginSchema = z.discriminatedUnion('kind', [
  /** User and private key in Vault: `{"user": ..., "privateKey": PEM, "passphrase"?: ...}`. */
  z.strictObject({ kind: z.literal('key-pair'), secretPath: word }),
  z.strictObject({ kind: z.literal('workload-identity') }),
]);

const credentialsSchema = z.discriminatedUnion('kind', [
  /** A login that Vault makes for each run. */
  z.strictObject({ kind: z.literal('dynamic'), mount: z._default(word, 'database'), role: word }),
  /** A login that lies in Vault: `{"username": ..., "password": ...}`. */
  z.strictObject({ kind: z.literal('static'), secretPath: word }),
]);

/** A pipeline, as its parameter describes it. */
export const pipelineSchema = z.strictObject({
  source: z.strictObject({ clusterIdentifier: word, database: word, credentials: credentialsSchema }),
  vault: z._default(z.strictObject({ secretMount: z._default(word, 'secret'), /** Secret with the `pepper` of hashed columns. */ pepperPath: z.optional(word) }), { secretMount: 'secret' }),
  snowflake: z.strictObject({
    account: word,
    accessUrl: z.optional(z.url('an https URL')),
    role: word,
    warehouse: word,
    database: word,
    schema: word,
    /** For the replicator's own tables and stage. */
    controlSchema: z._default(word, 'HOLDFAST'),
    login: loginSchema,
  }),
  limits: z._default(limitsSchema, limitsSchema.parse({})),
});

const columnSchema = z.strictObject({
  exclude: z.optional(z.boolean()),
  mask: z.optional(z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('hash') }), z.strictObject({ kind: z.literal('redact'), keepLast: z._default(z.int().check(z.nonnegative()), 0) })])),
  as: z.optional(z.enum(['text', 'variant', 'array', 'decfloat', 'number'])),
  precision: z.optional(z.int()),
  scale: z.optional(z.int()),
  unrepresentable: z.optional(z.enum(['quarantine', 'null', 'clip'])),
});

/** One table of a pipeline, as its parameter describes it. */
export const tableSchema = z.strictObject({
  mode: z._default(z.enum(['full', 'incremental']), 'incremental'),
  cursor: z._default(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('column'), column: word, skewSeconds: z._default(notNegative, 5), timeZone: z._default(word, 'UTC') }),
      z.strictObject({ kind: z.literal('xmin') }),
    ]),
    { kind: 'xmin' },
  ),
  key: z.optional(z.array(word).check(z.minLength(1))),
  /** @default the table's name, in capitals with `names` "upper" */
  target: z.optional(word),
  names: z._default(z.enum(['upper', 'exact']), 'upper'),
  /** What becomes of rows that the source deleted. */
  deletes: z._default(z.enum(['soft', 'hard']), 'soft'),
  drift: z._default(z.enum(['evolve', 'freeze', 'discard']), 'evolve'),
  /** `incremental` leaves full loads to the comparison of both sides. */
  proof: z._default(z.enum(['always', 'incremental']), 'always'),
  /** Whether a comparison repairs what it finds. */
  repair: z._default(z.boolean(), true),
  columns: z._default(z.record(word, columnSchema), {}),
  types: z._default(z.strictObject({ json: z.optional(z.enum(['text', 'variant'])), numeric: z.optional(z.enum(['text', 'decfloat'])), array: z.optional(z.enum(['text', 'array'])) }), {}),
});

export type PipelineSettings = z.output<typeof pipelineSchema>;
export type Limits = z.output<typeof limitsSchema>;

/** One table's settings, complete. */
export interface TableSettings extends z.output<typeof tableSchema> {
  readonly schema: string;
  readonly name: string;
}

/** A table as people write it: `schema.table`, either part in double quotes where it has a dot. */
export const tableName = z.string().check(z.regex(/^(?:"(?:[^"]|"")+"|[^".]+)\.(?:"(?:[^"]|"")+"|[^".]+)$/, 'schema.table, each part in double quotes where it has a dot'));

/** What the pipeline is made of. Raises `InvalidInput` naming the parameter and the field. */
export async function readPipelineSettings(parameters: Pick<Parameters, 'readJson'>, path: string): Promise<PipelineSettings> {
  const name = `${path}/pipeline`;
  const value = await parameters.readJson(name);
  if (value === undefined) throw new InvalidInput('settings', [`parameter ${name}: is missing, expected the pipeline's settings`]);
  return parseInput(pipelineSchema, value, `parameter ${name}`);
}

/** One table of the pipeline. Raises `InvalidInput` for a table that the pipeline does not have. */
export async function readTableSettings(parameters: Pick<Parameters, 'readJson'>, path: string, table: string): Promise<TableSettings> {
  const name = `${path}/tables/${parameterPart(table)}`;
  const value = await parameters.readJson(name);
  if (value === undefined) throw new InvalidInput('settings', [`parameter ${name}: is missing: ${table} is no table of this pipeline`]);
  return parseTableSettings(table, value, `parameter ${name}`);
}

/** Checks one table's settings and completes them. */
export function parseTableSettings(table: string, value: unknown, what: string): TableSettings {
  const [schema, name] = splitTableName(table);
  return { ...parseInput(tableSchema, value, what), schema, name };
}

/** The tables of the pipeline, by name. */
export async function readTableNames(parameters: Pick<Parameters, 'readAllJson'>, path: string): Promise<readonly string[]> {
  return [...(await parameters.readAllJson(`${path}/tables`)).keys()].map(fromParameterPart).sort();
}

/** Parameter names have letters, digits, dots, hyphens and underscores only; the rest is written in hexadecimal. */
export function parameterPart(table: string): string {
  return table.replace(/[^A-Za-z0-9._]/gu, (char) => `-${char.codePointAt(0)?.toString(16) ?? ''}-`);
}

function fromParameterPart(part: string): string {
  return part.replace(/-([0-9a-f]+)-/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));
}

/** Schema and table of `schema.table`. */
export function splitTableName(table: string): [schema: string, name: string] {
  const match = /^("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".]+)$/.exec(table);
  if (!match) throw new InvalidInput('table', [`table: ${JSON.stringify(table)} is not allowed, expected schema.table, each part in double quotes where it has a dot`]);
  return [unquoted(match[1] ?? ''), unquoted(match[2] ?? '')];
}

function unquoted(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}
