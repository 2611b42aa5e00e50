import { NormalizedSchema } from '@smithy/core/schema';

/** A type of an AWS API, as the SDK's own schemas describe it. */
export type Shape = NormalizedSchema;

/** Any value that a shape describes: the JavaScript form that the SDK's typed commands use. */
export type Value = unknown;
export type Structure = Record<string, Value>;

/** How a timestamp is written, in the numbers the schemas use. */
export const TIMESTAMP = { byContext: 4, dateTime: 5, httpDate: 6, epochSeconds: 7 } as const;

type RawStructure = readonly [number, string, string, unknown, readonly string[], readonly unknown[], number?];

export function shapeOf(schema: unknown): Shape {
  return NormalizedSchema.of(schema as Parameters<typeof NormalizedSchema.of>[0]);
}

/** The members of a structure or union; none for a unit shape. */
export function membersOf(shape: Shape): readonly (readonly [string, Shape])[] {
  return shape.isUnitSchema() ? [] : [...shape.structIterator()];
}

/** The members that must be present: the schemas list them first and say how many there are. */
export function requiredMembersOf(shape: Shape): readonly string[] {
  if (shape.isUnitSchema()) return [];
  const raw = shape.getSchema() as unknown as RawStructure;
  return raw[4].slice(0, raw[6] ?? 0);
}

/** A trait's text, such as the header name a member travels in. */
export function textTrait(shape: Shape, name: string): string | undefined {
  const value = (shape.getMergedTraits() as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

export function hasTrait(shape: Shape, name: string): boolean {
  return Boolean((shape.getMergedTraits() as Record<string, unknown>)[name]);
}

/** Writes a timestamp in the format of its shape, or of its protocol where the shape does not say. */
export function formatTimestamp(shape: Shape, value: Date, byContext: number): string | number {
  const declared = shape.getSchema() as unknown as number;
  switch (declared === TIMESTAMP.byContext ? byContext : declared) {
    case TIMESTAMP.dateTime:
      return value.toISOString().replace('.000Z', 'Z');
    case TIMESTAMP.httpDate:
      return value.toUTCString();
    default:
      return value.getTime() / 1000;
  }
}

export function parseTimestamp(value: string | number): Date {
  const seconds = typeof value === 'number' ? value : Number(value);
  return Number.isNaN(seconds) ? new Date(value) : new Date(seconds * 1000);
}

/** Turns the text of a query parameter, header or XML element into the value its shape wants. */
export function parseText(shape: Shape, text: string): Value {
  if (shape.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (shape.isNumericSchema()) return Number(text);
  if (shape.isBlobSchema()) return Buffer.from(text, 'base64');
  if (shape.isTimestampSchema()) return parseTimestamp(text);
  return text;
}

/** Writes a simple value as the text of a header or XML element. */
export function formatText(shape: Shape, value: Value, timestampByContext: number): string {
  if (value instanceof Date) return String(formatTimestamp(shape, value, timestampByContext));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}
