import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDeployment } from '../../lib/config/load-deployment';
import { drawFrom } from '../../bin/diagrams/draw';
import { insertDiagrams } from '../../bin/diagrams/insert-diagrams';
import { readCloudAssembly, type CloudAssembly } from '../../local/cloud/deploy/cloud-assembly';
import { exampleAssembly, readDocument, ROOT, SYNTHESIS_LIMIT_MS, type ExampleAssembly } from '../support/example-assembly';

/** Synthesizes the app once more, with handlers that are built, and lets somebody look at it. */
function synthesized(settings: Readonly<Record<string, string>>, look: (directory: string) => void): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
  try {
    const { context } = JSON.parse(readDocument('cdk.json')) as { context: Record<string, unknown> };
    const environment = { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment: 'example', ...settings }), CDK_VALIDATION: 'false' };
    execFileSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'bin', 'app.ts')], { cwd: ROOT, env: environment });
    look(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

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
    synthesized({}, (directory) => {
      const documents = (place: string) => Object.fromEntries(readdirSync(place).filter((name) => name.endsWith('.template.json') || name.endsWith('.assets.json')).map((name) => [name, readFileSync(path.join(place, name), 'utf8')]));

      expect(documents(directory)).toEqual(documents(app.directory));
    });
  },
  SYNTHESIS_LIMIT_MS,
);

test(
  'a system by itself has the templates that it has among the others',
  () => {
    synthesized({ systems: 'aurora-restore' }, (directory) => {
      const templates = (stacks: CloudAssembly['stacks']) => Object.fromEntries(stacks.map(({ name, template }) => [name, template]));

      expect(templates(readCloudAssembly(directory).stacks)).toEqual(templates(app.stacks.filter(({ tags }) => tags['holdfast:system'] === 'aurora-restore')));
    });
  },
  SYNTHESIS_LIMIT_MS,
);

test('no stack is deployed to a place that nobody named', () => {
  const { accounts } = loadDeployment('example');
  expect(app.stacks.filter(({ account, region }) => !Object.values(accounts).includes(account) || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)).map(({ name }) => name)).toEqual([]);
});
