import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where package.json is: programs run from their sources, and as bundles in `dist`. */
export const REPOSITORY = holding('package.json', __dirname);

function holding(name: string, directory: string): string {
  return existsSync(path.join(directory, name)) ? directory : holding(name, path.dirname(directory));
}
