import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { addDigests, EMPTY_DIGEST, formatDigest, parseDigest, sameDigest, type Digest } from '../../../../../lambda/snowflake-replicator/rows/digest';
import { DigestSum } from '../../../../../lambda/snowflake-replicator/rows/digest-sum';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

function sumOf(texts: readonly string[]): Digest {
  const sum = new DigestSum();
  // The digits stand somewhere in a larger buffer.
  for (const text of texts) sum.add(Buffer.from(`..${md5(text)}..`), 2);
  return sum.total;
}

describe('the digest of rows', () => {
  test('is the number of rows and the sums of both halves of their MD5', () => {
    const texts = ['a', 'b', 'c'];
    const half = (from: number) => texts.reduce((sum, text) => sum + BigInt(`0x${md5(text).slice(from, from + 16)}`), 0n);

    expect(sumOf(texts)).toEqual({ rows: 3, upper: half(0), lower: half(16) });
  });

  test('does not depend on the order of rows, nor on how they were divided', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(), (texts, cut) => {
        const at = texts.length === 0 ? 0 : cut % texts.length;
        const divided = addDigests(sumOf(texts.slice(at).reverse()), sumOf(texts.slice(0, at)));
        expect(divided).toEqual(sumOf(texts));
      }),
    );
  });

  test('counts equal rows, unlike an exclusive or', () => {
    expect(sameDigest(sumOf(['a', 'b', 'b', 'b']), sumOf(['a', 'a', 'a', 'b']))).toBe(false);
    expect(sameDigest(sumOf(['a', 'a']), EMPTY_DIGEST)).toBe(false);
  });

  test('stays exact beyond two million of the greatest values', () => {
    const sum = new DigestSum();
    const greatest = Buffer.from('f'.repeat(32));
    const rows = (1 << 21) + 3;
    for (let row = 0; row < rows; row += 1) sum.add(greatest, 0);

    expect(sum.total).toEqual({ rows, upper: BigInt(rows) * 0xffffffffffffffffn, lower: BigInt(rows) * 0xffffffffffffffffn });
  });

  test('is the same after it was written down', () => {
    const digest = sumOf(['a', 'b']);

    expect(parseDigest(formatDigest(digest))).toEqual(digest);
    expect(() => parseDigest('3:xyz')).toThrow('is no digest');
  });
});
