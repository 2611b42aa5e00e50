import { seededRandom } from '../../../../local/drill/seeded-random';

describe('seededRandom', () => {
  const first = (seed: number, count: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: count }, random);
  };

  it('says the same for the same seed, and something else for another', () => {
    expect(first(7, 5)).toEqual(first(7, 5));
    expect(first(7, 5)).not.toEqual(first(8, 5));
  });

  it('spreads over everything between 0 and 1', () => {
    const numbers = first(1, 10_000);
    const tenths = Array.from({ length: 10 }, (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length);

    expect(tenths.every((count) => count > 900 && count < 1_100)).toBe(true);
  });
});
