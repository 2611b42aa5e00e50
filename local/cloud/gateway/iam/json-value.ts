import { MalformedPolicyDocument } from './malformed-policy-document';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A value of a document that is still to be read, and where it stands. */
export interface Located {
  readonly value: unknown;
  readonly path: string;
}

/** The member of an object at a place. */
export function member(object: JsonObject, path: string, name: string): Located {
  return { value: object[name], path: path === '' ? name : `${path}.${name}` };
}

/** Reads an object that has no members but the given ones. */
export function readObject({ value, path }: Located, members?: readonly string[]): JsonObject {
  const allowed = members ? `an object with ${members.join(', ')}` : 'an object';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedPolicyDocument(path, value, allowed);
  const unknown = Object.keys(value).find((name) => members && !members.includes(name));
  if (unknown !== undefined) throw new MalformedPolicyDocument(member({}, path, unknown).path, (value as JsonObject)[unknown], `no such element; ${allowed}`);
  return value as JsonObject;
}

/** Reads one value or a list of values, none of which may be missing. */
export function readList({ value, path }: Located): readonly Located[] {
  if (!Array.isArray(value)) return [{ value, path }];
  return value.map((item: unknown, index) => ({ value: item, path: `${path}[${index}]` }));
}

/** Reads text that the rule accepts. */
export function readText({ value, path }: Located, allowed: string, accepts: (text: string) => boolean = () => true): string {
  if (typeof value !== 'string' || !accepts(value)) throw new MalformedPolicyDocument(path, value, allowed);
  return value;
}
