import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { exampleAssembly, SYNTHESIS_LIMIT_MS, type ExampleAssembly } from '../support/example-assembly';

/**
 * Code that is loaded at a cold start, in bytes: what takes time there is reading and compiling it. Node 24 compiles some
 * 20 MB/s on the smallest function, so a megabyte is 50 ms.
 */
const LIMITS: readonly (readonly [operations: RegExp, bytes: number])[] = [
  // The Snowflake driver is half of these.
  [/^snowflake-replicator\/(commit-load|extract-partition|plan-replication|replicate-table|verify-table)/, 3_200_000],
  // PostgreSQL's driver, and several AWS clients.
  [/./, 1_900_000],
];

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

interface Bundle {
  readonly functionName: string;
  readonly file: string;
  readonly sources: readonly string[];
}

/** The bundle of each function, with the files that are inside by its source map. */
function bundles(): readonly Bundle[] {
  return app.resources('AWS::Lambda::Function').map(({ Properties }) => {
    const key = (Properties.Code as { S3Key: string }).S3Key;
    const file = path.join(app.assetDirectory(key), 'index.js');
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
    return { functionName: String(Properties.FunctionName), file, sources };
  });
}

/** `<system>/<operation>`: functions are named after their operations. */
const operationOf = ({ functionName, sources }: Bundle) => sources.map((source) => /lambda\/(?!common\/)([a-z-]+\/([a-z-]+))\.ts$/.exec(source)).find((match) => match?.[2] !== undefined && functionName.endsWith(`-${match[2]}`))?.[1] ?? functionName;

test('every bundle is small enough for a quick start', () => {
  const tooLarge = bundles().flatMap((bundle) => {
    const { size } = statSync(bundle.file);
    const [, limit = 0] = LIMITS.find(([operations]) => operations.test(operationOf(bundle))) ?? [];
    return size > limit ? [`${bundle.functionName}: ${size} bytes, at most ${limit}`] : [];
  });
  expect(tooLarge).toEqual([]);
});

test('no bundle holds what belongs to deployment, tests or the local cloud', () => {
  const isForeign = (source: string) => (source.includes('node_modules/') ? /node_modules\/(aws-cdk-lib|constructs|typescript|esbuild|jest|tsx)\//.test(source) : /(^|\/)(lib|local|test|bin)\//.test(source));
  expect(bundles().flatMap(({ functionName, sources }) => sources.filter(isForeign).map((source) => `${functionName}: ${source}`))).toEqual([]);
});
