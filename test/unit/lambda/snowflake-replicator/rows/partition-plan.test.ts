import fc from 'fast-check';
import { batchRows, learnRates } from '../../../../../lambda/snowflake-replicator/rows/batch-size';
import { dealOut, keyRanges, PAGE_BYTES, pageRanges, selectionOf } from '../../../../../lambda/snowflake-replicator/rows/partition-plan';
import { storedRowBytes, type Leaf } from '../../../../../lambda/snowflake-replicator/rows/source-table';
import { ordersTable } from './fixtures';

function leafOf(pages: number, aside = 0, name = 'orders'): Leaf {
  return { schema: 'sales', name, pages, bytes: pages * PAGE_BYTES + aside };
}

describe('stretches of pages', () => {
  test('cover every page of every leaf once, and what is added behind the last', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 5 }), fc.nat(1_000_000), fc.integer({ min: 1, max: 800_000 }), (pages, aside, each) => {
        const ranges = pageRanges(pages.map((count, index) => leafOf(count, aside, `p${index}`)), each);
        for (const [index] of pages.entries()) {
          const own = ranges.filter(({ leaf }) => leaf.name === `p${index}`);
          expect(own[0]?.fromPage).toBe(0);
          expect(own.at(-1)?.toPage).toBeNull();
          expect(own.slice(1).map(({ fromPage }) => fromPage)).toEqual(own.slice(0, -1).map(({ toPage }) => toPage));
        }
      }),
    );
  });

  test('have as many bytes as asked for, those that are stored aside among them', () => {
    const lengths = (aside: number) => pageRanges([leafOf(100, aside)], 10 * PAGE_BYTES).map(({ fromPage, toPage }) => (toPage ?? 100) - fromPage);

    expect(lengths(0)).toEqual(Array(10).fill(10));
    expect(lengths(100 * PAGE_BYTES)).toEqual(Array(20).fill(5));
    // A page is the least that can be read.
    expect(lengths(100_000 * PAGE_BYTES)).toEqual(Array(100).fill(1));
  });

  test('are read by the address of rows, of one leaf alone', () => {
    expect(selectionOf({ leaf: leafOf(9), fromPage: 3, toPage: 6 })).toEqual({ from: 'ONLY "sales"."orders"', where: `ctid >= '(3,0)'::tid AND ctid < '(6,0)'::tid` });
    expect(selectionOf({ leaf: leafOf(0), fromPage: 0, toPage: null }).where).toBe('TRUE');
  });
});

describe('ranges of keys', () => {
  test('follow one another without gaps, open at both ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 12 }), (sample, count) => {
        const ranges = keyRanges([...sample].sort((a, b) => a - b).map((id) => [String(id)]), count);
        expect(ranges[0]?.after).toBeNull();
        expect(ranges.at(-1)?.through).toBeNull();
        expect(ranges.slice(1).map(({ after }) => after)).toEqual(ranges.slice(0, -1).map(({ through }) => through));
        expect(ranges.length).toBeLessThanOrEqual(count);
      }),
    );
  });

  test('are dealt out whole, neighbours together', () => {
    expect(dealOut([1, 2, 3, 4, 5], 2)).toEqual([[1, 2, 3], [4, 5]]);
    expect(dealOut([], 3)).toEqual([]);
  });
});

describe('the size of a batch', () => {
  const limits = { batchBytes: 1_000_000, batchSeconds: 10, leastRows: 100, mostRows: 50_000 };

  test('follows what rows take in the source before anything was measured', () => {
    const leaves = [leafOf(10, 18_080), leafOf(0)];

    expect(storedRowBytes(ordersTable({ leaves, estimatedRows: 1000 }))).toBe(100);
    expect(batchRows(limits, 100, null)).toBe(10_000);
  });

  test.each([-1, 0])('follows a guess where PostgreSQL takes a table to have %d rows', (estimatedRows) => {
    expect(storedRowBytes(ordersTable({ estimatedRows }))).toBe(200);
    expect(batchRows(limits, 200, null)).toBe(5000);
  });

  test('follows what earlier batches measured: bytes or time, whichever is less', () => {
    expect(batchRows(limits, 200, { bytesPerRow: 100, rowsPerSecond: 5000 })).toBe(10_000);
    expect(batchRows(limits, 200, { bytesPerRow: 100, rowsPerSecond: 300 })).toBe(3000);
  });

  test('stays within its bounds', () => {
    expect(batchRows(limits, 200, { bytesPerRow: 5_000_000, rowsPerSecond: 1 })).toBe(100);
    expect(batchRows(limits, 200, { bytesPerRow: 1, rowsPerSecond: 1_000_000 })).toBe(50_000);
  });

  test('learns half of each new measurement, and nothing of a few rows', () => {
    const first = learnRates(null, { rows: 2000, bytes: 200_000, seconds: 2 });
    const second = learnRates(first, { rows: 2000, bytes: 400_000, seconds: 1 });

    expect(first).toEqual({ bytesPerRow: 100, rowsPerSecond: 1000 });
    expect(second).toEqual({ bytesPerRow: 150, rowsPerSecond: 1500 });
    expect(learnRates(second, { rows: 3, bytes: 9_000_000, seconds: 1 })).toBe(second);
  });
});
