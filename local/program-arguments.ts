import path from 'node:path';
import { REPOSITORY } from '../lib/config/repository';

/** Programs that bin/build-programs.mjs bundles, by their place without the extension. */
export type Program = 'bin/app' | 'bin/holdfast' | 'local/rehearse' | 'local/rehearsal/play-scenarios-process' | 'local/cloud/engines/snowflake/process/serve';

/** Arguments with which Node runs another program as it runs this one: as a bundle, or from its source. */
export function programArguments(program: Program): readonly string[] {
  if (path.extname(__filename) === '.ts') return ['--import', 'tsx', path.join(REPOSITORY, `${program}.ts`)];
  return ['--enable-source-maps', path.join(REPOSITORY, 'dist', 'programs', `${program}.js`)];
}
