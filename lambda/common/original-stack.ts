import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Rewrites the stacks of an error and its causes so that they name the sources that a bundle was made of, where its source map lies beside it.
 *
 * Node would do so by itself with `--enable-source-maps`, and to that end read the map of every bundle when it is loaded: a
 * quarter of what loading a small function takes, for errors that mostly do not come.
 */
export function restoreStacks(error: unknown, bundle: string): void {
  if (!(error instanceof Error) || !existsSync(`${bundle}.map`)) return;
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0]);
  for (let each: unknown = error; each instanceof Error; each = each.cause) each.stack = originalStack(each.stack ?? '', bundle, map);
}

function originalStack(stack: string, bundle: string, map: SourceMap): string {
  const [head = '', ...places] = stack.split(`${bundle}:`);
  return head + places.map((place) => place.replace(/^(\d+):(\d+)/, (_, line: string, column: string) => originalPlace(bundle, map, Number(line), Number(column)))).join('');
}

function originalPlace(bundle: string, map: SourceMap, line: number, column: number): string {
  // Entries count from 0, stacks from 1.
  const entry = map.findEntry(line - 1, column - 1);
  return 'originalSource' in entry ? `${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : `${bundle}:${line}:${column}`;
}
