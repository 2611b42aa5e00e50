import { parseDurationSeconds } from './duration';
import { badRequest } from './vault-error';

/** The parsed body of a request. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a text, empty when it is absent. */
export function textField(body: JsonObject, name: string): string {
  const value = body[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw badRequest(`Field validation failed: error converting input for field ${JSON.stringify(name)}: expected a string`);
}

/** Reads a duration, in seconds or as `1h30m`; 0 when it is absent. */
export function durationField(body: JsonObject, name: string): number {
  const value = body[name];
  if (value === undefined || value === null) return 0;
  try {
    return parseDurationSeconds(value);
  } catch (error) {
    throw badRequest(`Field validation failed: error converting input for field ${JSON.stringify(name)}: ${(error as Error).message}`);
  }
}

/** Reads a list of whole numbers, which may be written as texts; empty when it is absent. */
export function numbersField(body: JsonObject, name: string): readonly number[] {
  const value = body[name];
  return Array.isArray(value) ? value.map(Number).filter(Number.isInteger) : [];
}

export function textsField(body: JsonObject, name: string): readonly string[] {
  const value = body[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Reads an object; undefined when it is absent. */
export function objectField(body: JsonObject, name: string): JsonObject | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value)) return value;
  throw badRequest(`error converting input for field ${JSON.stringify(name)}: '' expected a map, got '${typeof value}'`);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
