import path from 'node:path';
import { build } from 'esbuild';

/** Bundles a program that runs inside the cloud's processes into one CommonJS file. */
export async function bundleRuntime(entry: string, outputFile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: outputFile,
    bundle: true,
    platform: 'node',
    // The oldest Node that the product supports.
    target: 'node20',
    format: 'cjs',
    absWorkingDir: path.dirname(entry),
    logLevel: 'error',
  });
}
