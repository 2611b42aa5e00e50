import { formatTimestamp, membersOf, parseTimestamp, textTrait, TIMESTAMP, type Shape, type Structure, type Value } from './shape';

/** Which member names the JSON uses: restJson1 honours the `jsonName` trait, the awsJson protocols do not. */
export type JsonNames = 'member' | 'jsonName';

/**
 * Reads parsed JSON as a value of the shape. Members that the shape does not have are kept, so that the
 * conformance check can name them.
 */
export function readJson(shape: Shape, json: unknown, names: JsonNames): Value {
  if (json === null || json === undefined) return undefined;
  if (shape.isDocumentSchema()) return json;
  if (shape.isStructSchema()) return readStructure(shape, json as Structure, names);
  if (shape.isListSchema()) return (json as unknown[]).map((item) => readJson(shape.getValueSchema(), item, names));
  if (shape.isMapSchema()) return mapValues(json as Structure, (item) => readJson(shape.getValueSchema(), item, names));
  if (shape.isTimestampSchema()) return parseTimestamp(json as string | number);
  if (shape.isBlobSchema()) return Buffer.from(json as string, 'base64');
  return json;
}

/** Writes a value of the shape as JSON-ready data. */
export function writeJson(shape: Shape, value: Value, names: JsonNames): unknown {
  if (value === undefined || value === null) return value;
  if (shape.isDocumentSchema()) return value;
  if (shape.isStructSchema()) {
    const record = value as Structure;
    const written = membersOf(shape)
      .filter(([name]) => record[name] !== undefined)
      .map(([name, member]) => [wireName(name, member, names), writeJson(member, record[name], names)] as const);
    return Object.fromEntries(written);
  }
  if (shape.isListSchema()) return (value as Value[]).map((item) => writeJson(shape.getValueSchema(), item, names));
  if (shape.isMapSchema()) return mapValues(value as Structure, (item) => writeJson(shape.getValueSchema(), item, names));
  if (value instanceof Date) return formatTimestamp(shape, value, TIMESTAMP.epochSeconds);
  if (shape.isBlobSchema()) return Buffer.from(value as Uint8Array | string).toString('base64');
  return value;
}

function readStructure(shape: Shape, json: Structure, names: JsonNames): Structure {
  const byWireName = new Map(membersOf(shape).map(([name, member]) => [wireName(name, member, names), [name, member] as const]));
  const entries = Object.entries(json).map(([key, item]) => {
    const [name, member] = byWireName.get(key) ?? [key, undefined];
    return [name, member ? readJson(member, item, names) : item] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function wireName(name: string, member: Shape, names: JsonNames): string {
  return (names === 'jsonName' ? textTrait(member, 'jsonName') : undefined) ?? name;
}

function mapValues(record: Structure, convert: (value: Value) => unknown): Structure {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}
