import { readFile } from 'node:fs/promises';
import { escapeLiteral, type Client } from 'pg';
import { isStaticRdsParameter, type ServerParameters } from './server-configuration';
import type { ServerFiles } from './server-files';

/**
 * Has the server check and record new parameter values, which a reload or restart puts to use; when it refuses one, none is
 * recorded. Returns the names that wait for a restart.
 */
export async function alterSystem(admin: Client, files: ServerFiles, changes: ServerParameters): Promise<readonly string[]> {
  const names = Object.keys(changes);
  const before = await readFile(files.alteredParameters, 'utf8');
  try {
    for (const [name, value] of Object.entries(changes)) await admin.query(`ALTER SYSTEM SET ${name} = ${escapeLiteral(value)}`);
  } catch (error) {
    await files.write(files.alteredParameters, before);
    throw error;
  }
  const { rows } = await admin.query<{ name: string }>("select name from pg_settings where name = any($1) and context = 'postmaster'", [names]);
  return [...rows.map(({ name }) => name), ...names.filter(isStaticRdsParameter)];
}
