import { beyondStandIn, syntaxError } from '../snowflake-error';
import type { ObjectName } from '../sql/ast';

/** A stage and the path behind it. */
export interface StagePath {
  readonly stage: ObjectName;
  /** Without a slash at its beginning. One at its end matters: `@s/run1` finds the files of `run10` too. */
  readonly path: string;
}

/** Splits `@db.schema."Stage"/path/to`. */
export function parseStagePath(reference: string): StagePath {
  if (/^@(~|%|[^/]*%)/.test(reference)) throw beyondStandIn('user and table stages');
  const part = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)`;
  const match = new RegExp(String.raw`^@(${part}(?:\.${part}){0,2})(?:/(.*))?$`, 's').exec(reference);
  if (!match) throw syntaxError(`unexpected '${reference}'`);
  const names = [...(match[1] ?? '').matchAll(new RegExp(part, 'g'))].map(([text]) => text);
  return {
    stage: names.map((text) =>
      text.startsWith('"') ? { name: text.slice(1, -1).replaceAll('""', '"'), quoted: true } : { name: text.toUpperCase(), quoted: false },
    ),
    path: (match[2] ?? '').replace(/^\/+/, ''),
  };
}

/** The path as a directory: empty, or with one slash at its end. */
export function asDirectory(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}
