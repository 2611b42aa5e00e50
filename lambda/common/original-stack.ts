import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Rewrites the stacks of an error and its causes so that they name the sources that a bundle was made of, where its source map lies beside it.
 *
 * Node would do so by itself with `--enable-source-maps`, and to that end read the map of every bundle when it is loaded: a
 * quarter of what loading a small function takes, for errors that mostly do not come.
 */
export function restoreStacks(error: unknown, bundle: string): void {
  const map = error instanceof Error ? mapOf(bundle) : undefined;
  if (!map) return;
  for (let each: unknown = error; each instanceof Error; each = each.cause) each.stack = originalStack(each.stack ?? '', bundle, map);
}

const maps = new Map<string, SourceMap | undefined>();

/** Read once: a step that is tried again until something is there fails every few seconds, and reading a map takes up to a tenth of one. */
function mapOf(bundle: string): SourceMap | undefined {
  if (!maps.has(bundle)) maps.set(bundle, existsSync(`${bundle}.map`) ? new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0]) : undefined);
  return maps.get(bundle);
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
