import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { ObjectVersion } from './bucket';

/** The part of an object that a request asks for; both ends count. */
export interface ObjectRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `Range` or `PartNumber`; nothing when the whole object is meant. https://www.rfc-editor.org/rfc/rfc9110#name-range */
export function rangeIn({ Range, PartNumber }: Pick<GetObjectCommandInput, 'Range' | 'PartNumber'>, version: ObjectVersion): ObjectRange | undefined {
  if (PartNumber !== undefined) return partRange(PartNumber, version);
  if (Range === undefined) return undefined;
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(Range) ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, version.size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? version.size - 1 : Math.min(Number(to), version.size - 1);
  if (first > last) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  return { first, last };
}

function partRange(number: number, { partSizes, size }: ObjectVersion): ObjectRange | undefined {
  if (!partSizes) {
    if (number === 1) return undefined;
    throw invalidPart();
  }
  const length = partSizes[number - 1];
  if (length === undefined) throw invalidPart();
  const first = partSizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  return { first, last: Math.min(first + length, size) - 1 };
}

function invalidPart(): AwsError {
  return new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', { status: 416 });
}
