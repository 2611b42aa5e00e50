// Bundles every Lambda handler: dist/handlers/<system>/<operation>/index.js.
// Programs of container images, which have a Dockerfile beside their main.ts, go to dist/images/<system>/<program>/.
// Names of directories in lambda/ leave the others as they were built before.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import './build-without-collecting.mjs';
import { build, stop } from 'esbuild';
import { bundle } from './bundle.cjs';

const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'lambda');
const target = path.join(root, 'dist', 'handlers');
const directories = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(source);
const programs = directories
  .flatMap(files)
  .filter(({ name }) => name === 'Dockerfile')
  .map(({ parentPath }) => ({ directory: parentPath, image: path.join(root, 'dist', 'images', path.relative(source, parentPath)) }));

for (const { image } of programs) rmSync(image, { recursive: true, force: true });
for (const { directory, image } of programs) {
  mkdirSync(image, { recursive: true });
  copyFileSync(path.join(directory, 'Dockerfile'), path.join(image, 'Dockerfile'));
  // Drivers that pg would take where they are installed: the image has none.
  await build({ ...bundle, entryPoints: [path.join(directory, 'main.ts')], outfile: path.join(image, 'index.js'), external: ['pg-native'] });
}

// A system at a time, each by an esbuild of its own: together they would take as long and four times the memory.
for (const directory of directories) {
  rmSync(path.join(target, directory), { recursive: true, force: true });
  const entryPoints = handlersIn(directory);
  if (Object.keys(entryPoints).length === 0) continue;
  await build({ ...bundle, entryPoints, outdir: target, sourcemap: 'linked', sourcesContent: false });
  await stop();
  process.stderr.write(`${directory}: ${Object.keys(entryPoints).length} handlers built\n`);
}

function handlersIn(directory) {
  return Object.fromEntries(
    files(directory)
      .filter(({ name }) => name.endsWith('.ts'))
      .map(({ parentPath, name }) => path.join(parentPath, name))
      // A module is a handler when it wires one up; everything else in lambda/ is imported by those.
      .filter((file) => /^export const handler\b/m.test(readFileSync(file, 'utf8')))
      .map((file) => [path.join(path.relative(source, file).replace(/\.ts$/, ''), 'index'), file]),
  );
}

function files(directory) {
  return readdirSync(path.join(source, directory), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
}
