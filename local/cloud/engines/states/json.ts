/** Any JSON text, parsed. States pass nothing else to each other. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [field: string]: Json;
}

/** Whether the value is a JSON object, which an array is not. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value is a JSON array. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Compares by content; the order of an object's fields does not matter. */
export function isSameJson(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (isJsonArray(left) && isJsonArray(right)) {
    return left.length === right.length && left.every((item, index) => isSameJson(item, right[index] as Json));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const fields = Object.keys(left);
  return fields.length === Object.keys(right).length && fields.every((field) => field in right && isSameJson(left[field] as Json, right[field] as Json));
}

/** The length of the JSON text in bytes of UTF-8, which is how Step Functions measures a payload. */
export function byteLengthOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
