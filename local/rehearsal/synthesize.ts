import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, '..', '..');

/** Builds the handlers and synthesizes the app, as `cdk deploy` would before it uploads anything. Returns where the assembly is. */
export async function synthesize(environment: string): Promise<string> {
  const output = path.join(ROOT, 'cdk.out');
  await run(process.execPath, [path.join(ROOT, 'bin', 'build-handlers.mjs')], { cwd: ROOT });
  const { context } = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  // The rule packs run in `npm run check`; here they would only cost time.
  const settings = { CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment }), CDK_VALIDATION: 'false' };
  await run(process.execPath, ['--import', 'tsx', path.join(ROOT, 'bin', 'app.ts')], { cwd: ROOT, env: { ...process.env, ...settings }, maxBuffer: 64 * 2 ** 20 });
  return output;
}
