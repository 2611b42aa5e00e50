import { membersOf, type Shape, type Value } from '../../gateway/wire/shape';
import { javaName } from './java-name';

/** A parameter that the API does not have under that name, or with a value of another type. */
export class InvalidParameter extends Error {
  override readonly name = 'InvalidParameter';
}

/** Turns parameters of an SDK integration into the input of the operation. Throws `InvalidParameter`. */
export function toInput(shape: Shape, json: unknown, path = '$'): Value {
  if (json === null || json === undefined) return undefined;
  if (shape.isDocumentSchema()) return json;
  if (shape.isStructSchema()) return toStructure(shape, json, path);
  if (shape.isListSchema()) {
    if (!Array.isArray(json)) throw new InvalidParameter(`${path} must be a list`);
    return json.map((item, index) => toInput(shape.getValueSchema(), item, `${path}[${index}]`));
  }
  if (shape.isMapSchema()) return Object.fromEntries(entriesOf(json, path).map(([key, value]) => [key, toInput(shape.getValueSchema(), value, `${path}.${key}`)]));
  if (shape.isTimestampSchema()) return new Date(json as string | number);
  if (shape.isBlobSchema()) return Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  return json;
}

/** Turns the output of an operation into what a state machine sees. */
export function toResult(shape: Shape, value: Value): unknown {
  if (value === undefined || value === null || shape.isDocumentSchema()) return value;
  if (shape.isStructSchema()) {
    const record = value as Record<string, Value>;
    return Object.fromEntries(membersOf(shape).flatMap(([name, member]) => (record[name] === undefined ? [] : [[javaName(name), toResult(member, record[name])]])));
  }
  if (shape.isListSchema()) return (value as Value[]).map((item) => toResult(shape.getValueSchema(), item));
  if (shape.isMapSchema()) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toResult(shape.getValueSchema(), item)]));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return value;
}

/** What is wrong with the names in parameters of which some are only known later (`"Name.$": "$.path"`). */
export function parameterProblems(shape: Shape, parameters: unknown, path = '$'): readonly string[] {
  if (Array.isArray(parameters)) return shape.isListSchema() ? parameters.flatMap((item, index) => parameterProblems(shape.getValueSchema(), item, `${path}[${index}]`)) : [];
  if (typeof parameters !== 'object' || parameters === null || !shape.isStructSchema()) return [];
  return Object.entries(parameters).flatMap(([key, value]) => {
    const name = key.replace(/\.\$$/, '');
    const member = memberCalled(shape, name);
    if (!member) return [`${path}: the field "${name}" is not supported by Step Functions${suggestion(shape, name)}`];
    return key.endsWith('.$') ? [] : parameterProblems(member[1], value, `${path}.${name}`);
  });
}

function toStructure(shape: Shape, json: unknown, path: string): Record<string, Value> {
  const members = entriesOf(json, path).map(([key, value]) => {
    const member = memberCalled(shape, key);
    if (!member) throw new InvalidParameter(`${path}: there is no parameter ${key}${suggestion(shape, key)}`);
    return [member[0], toInput(member[1], value, `${path}.${key}`)] as const;
  });
  return Object.fromEntries(members);
}

function memberCalled(shape: Shape, name: string): readonly [string, Shape] | undefined {
  return membersOf(shape).find(([member]) => javaName(member) === name);
}

function suggestion(shape: Shape, name: string): string {
  const meant = membersOf(shape).find(([member]) => member.toLowerCase() === name.toLowerCase());
  return meant ? `; it is called "${javaName(meant[0])}"` : '';
}

function entriesOf(json: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new InvalidParameter(`${path} must be an object`);
  return Object.entries(json);
}
