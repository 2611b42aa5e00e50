import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from '../../../../../../local/cloud/engines/snowflake/bind/functions/registry';

describe('docs/warehouse-stand-in.md', () => {
  test('lists exactly the functions that are translated', () => {
    const text = readFileSync(join(__dirname, '../../../../../../docs/warehouse-stand-in.md'), 'utf8');
    const listed = /<!-- functions:.*?-->(.*?)<!-- end of functions -->/s.exec(text)?.[1]?.trim().split(/\s+/);

    expect(listed).toEqual(functionNames());
  });
});
