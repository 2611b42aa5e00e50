import { type Json, isJsonArray, isJsonObject } from '../json';
import type { JsonPath, Segment } from './json-path';

/** A place that the input cannot have, such as a field of a string or an element that is not there. */
export class PlaceNotWritable extends Error {
  override readonly name = 'PlaceNotWritable';
}

/** A copy of the input with the value at the place a reference path names; missing objects on the way are created. */
export function writeReference(input: Json, path: JsonPath, value: Json): Json {
  return write(input, path.segments, value, path);
}

function write(target: Json | undefined, segments: readonly Segment[], value: Json, path: JsonPath): Json {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (segment.kind === 'indexes') return writeElement(target, segment.indexes[0] as number, rest, value, path);
  if (segment.kind !== 'fields') throw new PlaceNotWritable(path.text);
  const field = segment.fields[0] as string;
  if (target !== undefined && !isJsonObject(target)) throw new PlaceNotWritable(path.text);
  return { ...target, [field]: write(target?.[field], rest, value, path) };
}

function writeElement(target: Json | undefined, index: number, rest: readonly Segment[], value: Json, path: JsonPath): Json {
  if (!isJsonArray(target)) throw new PlaceNotWritable(path.text);
  const position = index < 0 ? target.length + index : index;
  const element = target[position];
  if (element === undefined) throw new PlaceNotWritable(path.text);
  return target.with(position, write(element, rest, value, path));
}
