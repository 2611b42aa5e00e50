import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { restoreStacks } from '../../../../lambda/common/original-stack';

const SOURCE = `
export function fail(): never {
  const reason = new Error('the reason');
  throw new Error('the failure', { cause: reason });
}
`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'holdfast-stack-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What the bundle of SOURCE throws. */
function failureOf({ sourcemap }: { readonly sourcemap: boolean }): { readonly bundle: string; readonly failure: Error } {
  const source = path.join(directory, 'failing.ts');
  const bundle = path.join(directory, 'index.js');
  writeFileSync(source, SOURCE);
  buildSync({ entryPoints: [source], outfile: bundle, bundle: true, minify: true, format: 'cjs', platform: 'node', sourcemap: sourcemap && 'linked' });
  try {
    (createRequire(__filename)(bundle) as { fail: () => never }).fail();
  } catch (error) {
    return { bundle, failure: error as Error };
  }
  throw new Error('it did not fail');
}

test('it names the sources in the stacks of an error and its cause', () => {
  const { bundle, failure } = failureOf({ sourcemap: true });

  restoreStacks(failure, bundle);

  expect(failure.stack).toContain('failing.ts:4:9');
  expect((failure.cause as Error).stack).toContain('failing.ts:3:18');
  expect(failure.stack).not.toContain(bundle);
  expect(failure.stack).toMatch(/^Error: the failure\n/);
});

test('it leaves stacks alone where there is no map', () => {
  const { bundle, failure } = failureOf({ sourcemap: false });
  const { stack } = failure;

  restoreStacks(failure, bundle);

  expect(failure.stack).toBe(stack);
});

test('it takes what is no error', () => {
  expect(() => restoreStacks('a word', '/nowhere/index.js')).not.toThrow();
});
