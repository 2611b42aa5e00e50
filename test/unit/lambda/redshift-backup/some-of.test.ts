import { someOf } from '../../../../lambda/redshift-backup/some-of';

describe('someOf', () => {
  it('leaves what fits as it is', () => {
    expect(someOf(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('says how many more there are', () => {
    const some = someOf(Array.from({ length: 250 }, (_, index) => `table ${index}`));

    expect(some).toHaveLength(101);
    expect(some[100]).toBe('150 more');
  });
});
