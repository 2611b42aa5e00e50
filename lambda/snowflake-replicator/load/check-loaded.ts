import { LoadIncomplete } from '../contract';

/** Raises `LoadIncomplete` unless as many rows of a file arrived as it has. */
export function checkLoaded(expected: number, loaded: number, file: string): void {
  if (loaded !== expected) throw new LoadIncomplete(`${loaded} rows of ${fileName(file)} were loaded, ${expected} were extracted`, { file: fileName(file), loaded, expected });
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
