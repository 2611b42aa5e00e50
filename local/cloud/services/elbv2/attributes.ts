import { validationError } from './elb-errors';

interface Attribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Changes attributes; a key that does not exist changes nothing and is refused. */
export function setAttributes(attributes: Map<string, string>, changes: readonly Attribute[] | undefined): void {
  for (const { Key = '' } of changes ?? []) {
    if (!attributes.has(Key)) throw validationError(`Key '${Key}' is not valid: expected one of ${[...attributes.keys()].join(', ')}`);
  }
  for (const { Key = '', Value = '' } of changes ?? []) attributes.set(Key, Value);
}

export function attributeList(attributes: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...attributes].map(([Key, Value]) => ({ Key, Value }));
}
