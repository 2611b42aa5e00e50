import fc from 'fast-check';
import { CopyFrames } from '../../../../../lambda/snowflake-replicator/rows/copy-frames';

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const END = Buffer.from([0xff, 0xff]);

function encode(rows: readonly (readonly string[])[]): Buffer {
  const number = (value: number, bytes: 2 | 4) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeIntBE(value, 0, bytes);
    return buffer;
  };
  const parts = rows.flatMap((row) => [number(row.length, 2), ...row.flatMap((field) => [number(Buffer.byteLength(field), 4), Buffer.from(field)])]);
  return Buffer.concat([HEADER, ...parts, END]);
}

/** Reads the bytes in chunks that end at the given offsets. */
function decode(bytes: Buffer, fields: number, cuts: readonly number[] = []): string[][] {
  const rows: string[][] = [];
  const frames = new CopyFrames(fields, (chunk, bounds) => rows.push([...Array(fields).keys()].map((field) => chunk.toString('utf8', bounds[field * 2], bounds[field * 2 + 1]))));
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [index, end] of [...ends, bytes.length].entries()) frames.push(bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
  frames.end();
  return rows;
}

describe('rows of a binary COPY', () => {
  test('are the same wherever the chunks end', () => {
    const rows = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 9000, size: 'max' })), { maxLength: 6 });
    fc.assert(fc.property(rows, fc.array(fc.nat(), { maxLength: 20 }), (sent, cuts) => expect(decode(encode(sent), 2, cuts)).toEqual(sent)), { numRuns: 300 });
  });

  test('come out of chunks of one byte', () => {
    const sent = [['a', ''], ['é', 'bc']];
    const bytes = encode(sent);

    expect(decode(bytes, 2, [...bytes.keys()])).toEqual(sent);
  });

  test.each([
    ['breaks off within a row', encode([['abc', 'd']]).subarray(0, -6), 'ended in the middle'],
    ['breaks off before its end mark', encode([['abc', 'd']]).subarray(0, -2), 'ended in the middle'],
    ['is of another format', Buffer.from('1,abc\n2,def\n1,abc\n2,def\n'), 'no COPY in binary format'],
    ['has other fields than asked for', encode([['a', 'b', 'c']]), 'a row of 3 fields, expected 2'],
  ])('are refused when what came %s', (_what, bytes, message) => {
    expect(() => decode(bytes, 2)).toThrow(message);
  });

  test('are refused when a field is NULL, which no digest counts', () => {
    const row = Buffer.concat([HEADER, Buffer.from([0, 2, 0xff, 0xff, 0xff, 0xff])]);

    expect(() => decode(row, 2)).toThrow('NULL as field 1');
  });
});
