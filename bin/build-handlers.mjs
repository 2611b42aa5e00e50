// Bundles every Lambda handler in one esbuild run: dist/handlers/<system>/<operation>/index.js, beside a listing of what is inside each.
// Programs of container images, which have a Dockerfile beside their main.ts, go to dist/images/<system>/<program>/.
// Names of directories in lambda/ leave the others as they were built before.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundle } from './bundle.cjs';

const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'lambda');
const target = path.join(root, 'dist', 'handlers');
const directories = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(source);
const files = directories.flatMap((directory) => readdirSync(path.join(source, directory), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()));

/** A module is a handler when it wires one up; everything else in lambda/ is imported by those. */
const entryPoints = Object.fromEntries(
  files
    .filter(({ name }) => name.endsWith('.ts'))
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => /^export const handler\b/m.test(readFileSync(file, 'utf8')))
    .map((file) => [path.join(path.relative(source, file).replace(/\.ts$/, ''), 'index'), file]),
);

const programs = files
  .filter(({ name }) => name === 'Dockerfile')
  .map(({ parentPath }) => ({ directory: parentPath, image: path.join(root, 'dist', 'images', path.relative(source, parentPath)) }));

for (const { image } of programs) rmSync(image, { recursive: true, force: true });
for (const { directory, image } of programs) {
  mkdirSync(image, { recursive: true });
  copyFileSync(path.join(directory, 'Dockerfile'), path.join(image, 'Dockerfile'));
  // Drivers that pg would take where they are installed: the image has none.
  await build({ ...bundle, entryPoints: [path.join(directory, 'main.ts')], outfile: path.join(image, 'index.js'), external: ['pg-native'] });
}

for (const directory of directories) rmSync(path.join(target, directory), { recursive: true, force: true });
const { metafile } = await build({
  ...bundle,
  entryPoints,
  outdir: target,
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
});
writeFileSync(path.join(root, 'dist', 'handlers.json'), JSON.stringify(metafile));
process.stderr.write(`${Object.keys(entryPoints).length} handlers built\n`);
