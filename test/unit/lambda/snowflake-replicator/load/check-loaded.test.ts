import { LoadIncomplete } from '../../../../../lambda/snowflake-replicator/contract';
import { checkLoaded } from '../../../../../lambda/snowflake-replicator/load/check-loaded';

describe('checkLoaded', () => {
  test('lets a file pass of which every row arrived', () => {
    expect(() => checkLoaded(500, 500, 'HF_1/part-0.csv.zst')).not.toThrow();
  });

  test.each([499, 501, 0])('refuses a file of 500 rows of which %d arrived, and names it', (loaded) => {
    expect(() => checkLoaded(500, loaded, 'HF_1/part-0.csv.zst')).toThrow(new LoadIncomplete(`${loaded} rows of part-0.csv.zst were loaded, 500 were extracted`));
  });
});
