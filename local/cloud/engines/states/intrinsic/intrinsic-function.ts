import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json';

/** An intrinsic function: how many arguments it takes, and what it makes of them. */
export interface IntrinsicFunction {
  readonly arity: readonly [least: number, most: number];
  /** `random` yields numbers from 0 up to 1, as `Math.random` does. Throws `IntrinsicError` for arguments it cannot take. */
  readonly apply: (parameters: readonly Json[], random: () => number) => Json;
}

/** Why an intrinsic function cannot work on its arguments. */
export class IntrinsicError extends Error {
  override readonly name = 'IntrinsicError';
}

/** The argument at the position, which must be an array. */
export function arrayAt(parameters: readonly Json[], position: number): readonly Json[] {
  const value = parameters[position];
  return isJsonArray(value) ? value : refuse(position, value, 'an array');
}

/** The argument at the position, which must be a string. */
export function textAt(parameters: readonly Json[], position: number): string {
  const value = parameters[position];
  return typeof value === 'string' ? value : refuse(position, value, 'a string');
}

/** The argument at the position, which must be an object. */
export function objectAt(parameters: readonly Json[], position: number): JsonObject {
  const value = parameters[position];
  return isJsonObject(value) ? value : refuse(position, value, 'an object');
}

/** The argument at the position as a whole number; AWS rounds what is none, halves towards positive infinity. */
export function integerAt(parameters: readonly Json[], position: number): number {
  const value = parameters[position];
  // Adding 0 turns a rounded -0 into 0, which is how JSON would print it.
  return typeof value === 'number' ? Math.round(value) + 0 : refuse(position, value, 'a number');
}

function refuse(position: number, value: Json | undefined, expected: string): never {
  throw new IntrinsicError(`argument ${position + 1} must be ${expected} but was ${JSON.stringify(value)}`);
}
