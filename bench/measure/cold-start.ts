import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { WORKER_ENVIRONMENT } from '../../lambda/snowflake-replicator/contract';
import { median, NOTHING_MEASURED, type Measured } from '../result';

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, '..', '..');
const BUNDLE = path.join(ROOT, 'dist', 'handlers', 'snowflake-replicator', 'replicate-table', 'index.js');
const BYTES_PER_MB = 1024 * 1024;
const MOST_MB = 3;
const MOST_MS = 200;
/** Processes for each repeat of the bench: they are short, and differ. */
const PROCESSES = 5;
/** Requires the bundle in a fresh process, in the function's environment, and says how long that took. */
const IMPORT = 'const t = process.hrtime.bigint(); require(process.argv[1]); console.log(Number(process.hrtime.bigint() - t) / 1e6); process.exit()';

/** What a cold start of the replicating function costs: the size of its bundle and the time to load it. */
export async function measureColdStart(repeats: number): Promise<Measured> {
  await run(process.execPath, [path.join(ROOT, 'bin', 'build-handlers.mjs')], { cwd: ROOT });
  const times: number[] = [];
  while (times.length < repeats * PROCESSES) times.push(Number((await run(process.execPath, ['-e', IMPORT, BUNDLE], { env: { ...process.env, ...WORKER_ENVIRONMENT } })).stdout));
  return {
    ...NOTHING_MEASURED,
    figures: [
      { name: 'bundle of replicate-table', value: statSync(BUNDLE).size / BYTES_PER_MB, unit: 'MB', limit: MOST_MB },
      { name: 'import of replicate-table', value: median(times), unit: 'ms', limit: MOST_MS },
    ],
  };
}
