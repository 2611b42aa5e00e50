import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../../lib/config/repository';
import { programArguments } from '../program-arguments';
import { exclusively } from './exclusively';

const execute = promisify(execFile);
const ASSEMBLIES = path.join(REPOSITORY, 'dist', 'assemblies');
/** In lambda/, the functions that systems share. */
const SHARED_FUNCTIONS = 'notifications';
/** What templates and bundles are made of. */
const SOURCES = ['bin', 'lib', 'lambda', 'cdk.json', 'package-lock.json', 'tsconfig.json'];
/** An assembly may be in use by a cloud that is kept up; nobody keeps one for longer. */
const KEPT_MS = 24 * 3_600_000;

/**
 * Builds the handlers and synthesizes the app, as `cdk deploy` would before it uploads anything: the whole, or one system.
 * Returns where the assembly is.
 *
 * An assembly of the same sources is used again, and none is ever changed: several processes may ask at once.
 */
export async function synthesize(environment: string, system?: string): Promise<string> {
  const whole = path.join(ASSEMBLIES, `${environment}-${fingerprint()}`);
  const assembly = system === undefined ? whole : `${whole}-${system}`;
  mkdirSync(ASSEMBLIES, { recursive: true });
  return exclusively(path.join(ASSEMBLIES, 'lock'), async () => {
    for (const known of [whole, assembly]) if (existsSync(known)) return known;
    removeOldAssemblies();
    await run([path.join(REPOSITORY, 'bin', 'build-handlers.mjs'), ...(system === undefined ? [] : [system, SHARED_FUNCTIONS])]);
    const { context } = JSON.parse(readFileSync(path.join(REPOSITORY, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
    const unfinished = `${assembly}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    // The rule packs run in `npm run check`; here they would only cost time.
    const settings = { CDK_OUTDIR: unfinished, CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment, ...(system !== undefined && { systems: system }) }), CDK_VALIDATION: 'false' };
    await run(programArguments('bin/app'), settings);
    renameSync(unfinished, assembly);
    return assembly;
  });
}

/** Runs a program of ours; the error says what it said. */
async function run(programArguments: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<void> {
  try {
    await execute(process.execPath, [...programArguments], { cwd: REPOSITORY, env: { ...process.env, ...settings }, maxBuffer: 64 * 2 ** 20 });
  } catch (error) {
    throw new Error(`the app cannot be synthesized:\n${(error as { readonly stderr?: string }).stderr ?? (error as Error).message}`, { cause: error });
  }
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesIn(path.join(REPOSITORY, source))) hash.update(`${path.relative(REPOSITORY, file)}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(place: string): readonly string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function removeOldAssemblies(): void {
  for (const name of readdirSync(ASSEMBLIES)) {
    const place = path.join(ASSEMBLIES, name);
    if (name !== 'lock' && Date.now() - statSync(place).mtimeMs > KEPT_MS) rmSync(place, { recursive: true, force: true });
  }
}
