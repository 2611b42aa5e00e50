import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadDeployment } from '../lib/config/load-deployment';
import { readCloudAssembly } from '../local/cloud/deploy/cloud-assembly';
import { synthesize } from '../local/rehearsal/synthesize';
import { drawFrom } from './diagrams/draw';
import { insertDiagrams } from './diagrams/insert-diagrams';

const ENVIRONMENT = 'example';
const DOCUMENT = path.join(__dirname, '..', 'docs', 'architecture.md');

/** Draws the diagrams of docs/architecture.md anew from the templates: `node --import tsx bin/draw-diagrams.ts`. */
async function main(): Promise<void> {
  const assembly = readCloudAssembly(await synthesize(ENVIRONMENT));
  const { accounts } = loadDeployment(ENVIRONMENT);
  writeFileSync(DOCUMENT, insertDiagrams(readFileSync(DOCUMENT, 'utf8'), drawFrom(assembly, accounts)));
}

void main();
