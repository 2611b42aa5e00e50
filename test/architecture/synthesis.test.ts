import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDeployment } from '../../lib/config/load-deployment';
import { drawFrom } from '../../bin/diagrams/draw';
import { insertDiagrams } from '../../bin/diagrams/insert-diagrams';
import { exampleAssembly, readDocument, ROOT, SYNTHESIS_LIMIT_MS, type ExampleAssembly } from '../support/example-assembly';

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

test('the diagrams in docs/architecture.md are what the templates say (node --import tsx bin/draw-diagrams.ts draws them)', () => {
  const document = readDocument('docs', 'architecture.md');

  expect(insertDiagrams(document, drawFrom(app, loadDeployment('example').accounts))).toBe(document);
});

test(
  'two syntheses of the same sources give the same templates and assets',
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
    try {
      const { context } = JSON.parse(readDocument('cdk.json')) as { context: Record<string, unknown> };
      const environment = { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment: 'example' }), CDK_VALIDATION: 'false' };
      execFileSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'bin', 'app.ts')], { cwd: ROOT, env: environment });
      const documents = (place: string) => Object.fromEntries(readdirSync(place).filter((name) => name.endsWith('.template.json') || name.endsWith('.assets.json')).map((name) => [name, readFileSync(path.join(place, name), 'utf8')]));

      expect(documents(directory)).toEqual(documents(app.directory));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  SYNTHESIS_LIMIT_MS,
);

test('no stack is deployed to a place that nobody named', () => {
  const { accounts } = loadDeployment('example');
  expect(app.stacks.filter(({ account, region }) => !Object.values(accounts).includes(account) || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)).map(({ name }) => name)).toEqual([]);
});
