import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { InvalidInput } from '../../lambda/common/errors';
import { parseDeployment, type Deployment } from './deployment';
import { REPOSITORY } from './repository';

const ENVIRONMENTS = path.join(REPOSITORY, 'lib', 'config', 'environments');

/** Reads and checks the environment of that name, from `lib/config/environments/<name>.ts`, which exports `environment`. */
export function loadDeployment(name: string): Deployment {
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(path.join(ENVIRONMENTS, `${name}.ts`))) {
    const known = readdirSync(ENVIRONMENTS).map((file) => path.basename(file, '.ts'));
    throw new InvalidInput('context', [`environment: ${JSON.stringify(name)} is not allowed, expected one of ${known.join(', ')} (cdk -c environment=...)`]);
  }
  // The name decides which file: only a require can follow it, and CDK apps are CommonJS.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { environment } = require(`./environments/${name}.ts`) as { environment: unknown };
  return parseDeployment(environment);
}
