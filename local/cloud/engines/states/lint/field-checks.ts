import { parseIntrinsic } from '../intrinsic/parse-intrinsic';
import { isJsonArray, isJsonObject, type Json } from '../json';
import { parsePath, parseReferencePath } from '../path/parse-path';
import { InvalidExpression } from '../path/expression-scanner';
import { dynamicFields } from '../payload-template';
import { parseTimestamp } from '../timestamp';

/** Says what is wrong with the value of a field; undefined if nothing is. */
export type FieldCheck = (value: Json) => string | undefined;

/** Accepts everything: the field is free, or looked at elsewhere. */
export const anything: FieldCheck = () => undefined;

/** A string. */
export const text: FieldCheck = (value) => (typeof value === 'string' ? undefined : mustBe('a string', value));

/** A boolean. */
export const flag: FieldCheck = (value) => (typeof value === 'boolean' ? undefined : mustBe('true or false', value));

/** A timestamp of the States Language. */
export const timestamp: FieldCheck = (value) =>
  typeof value === 'string' && parseTimestamp(value) !== undefined ? undefined : mustBe('a timestamp such as 2016-03-14T01:59:00Z', value);

/** A whole number within the bounds, both allowed. */
export function integer(least: number, most: number): FieldCheck {
  return (value) => (Number.isInteger(value) && isWithin(value, least, most) ? undefined : mustBe(`a whole number from ${least} to ${most}`, value));
}

/** A number within the bounds, both allowed. */
export function number(least: number, most: number): FieldCheck {
  return (value) => (isWithin(value, least, most) ? undefined : mustBe(`a number from ${least} to ${most}`, value));
}

function isWithin(value: Json, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

/** One of the strings. */
export function oneOf(...allowed: readonly string[]): FieldCheck {
  return (value) => (typeof value === 'string' && allowed.includes(value) ? undefined : mustBe(`one of ${allowed.join(', ')}`, value));
}

/** A path of the input or of the context object. */
export const path: FieldCheck = (value) => (typeof value === 'string' ? syntaxError(() => parsePath(value)) : mustBe('a path', value));

/** A path, or `null` where that stands for nothing. */
export const pathOrNull: FieldCheck = (value) => (value === null ? undefined : path(value));

/** A path to a single place. */
export const referencePath: FieldCheck = (value) => (typeof value === 'string' ? syntaxError(() => parseReferencePath(value)) : mustBe('a reference path', value));

/** Where a result may go: a single place in the input, or `null`. */
export const resultPath: FieldCheck = (value) => {
  if (value === null) return undefined;
  if (typeof value === 'string' && value.startsWith('$$')) return 'must not write into the context object';
  return referencePath(value);
};

/** A reference path or an intrinsic function, as the Fail state takes them. */
export const referencePathOrIntrinsic: FieldCheck = (value) => (typeof value === 'string' ? expression(value) : mustBe('a path or an intrinsic function', value));

/** A payload template, in which every path and intrinsic function can be read. */
export const template: FieldCheck = (value) => {
  if (!isJsonObject(value)) return mustBe('an object', value);
  for (const [field, dynamic] of dynamicFields(value)) {
    const fault = typeof dynamic === 'string' ? expression(dynamic) : mustBe('a path or an intrinsic function', dynamic);
    if (fault !== undefined) return `field "${field}": ${fault}`;
  }
  return undefined;
};

/** A list of strings that is not empty. */
export const texts: FieldCheck = (value) =>
  isJsonArray(value) && value.length > 0 && value.every((item) => typeof item === 'string') ? undefined : mustBe('a list of at least one string', value);

function expression(value: string): string | undefined {
  return syntaxError(() => (value.startsWith('$') ? parsePath(value) : parseIntrinsic(value)));
}

function syntaxError(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidExpression) return error.message;
    throw error;
  }
}

function mustBe(expected: string, value: Json): string {
  return `must be ${expected} but is ${JSON.stringify(value)}`;
}
