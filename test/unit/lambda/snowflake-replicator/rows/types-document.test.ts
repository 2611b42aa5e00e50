import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_TYPES, choicesFor, mappingOf, type TypeChoice } from '../../../../../lambda/snowflake-replicator/rows/type-catalogue';
import type { SourceType } from '../../../../../lambda/snowflake-replicator/rows/source-table';

const DOCUMENT = readFileSync(join(__dirname, '../../../../../docs/types.md'), 'utf8');

interface Documented {
  readonly name: string;
  readonly choice: string;
  readonly target: string;
  readonly keeps: string;
}

/** Rows of the document's table: type, choice, type in Snowflake, what it keeps. */
const ROWS: readonly Documented[] = [...DOCUMENT.matchAll(/^\| `([^`]+)` \| ([^|]*) \| `([^`]+)` \| ([^|]*) \|/gm)].map(([, name = '', choice = '', target = '', keeps = '']) => ({ name, choice: choice.trim(), target, keeps: keeps.trim() }));

function typeOf(name: string): SourceType {
  const digits = /^numeric\((\d+),(-?\d+)\)$/.exec(name);
  if (digits) return { name: 'numeric', kind: 'base', modifier: ((Number(digits[1]) << 16) | (Number(digits[2]) & 0x7ff)) + 4, declared: name };
  const kind = ({ enum: 'enum', array: 'array', range: 'range', composite: 'composite' } as const)[name] ?? 'base';
  return { name: kind === 'array' ? '_int4' : name, kind, modifier: -1, declared: name };
}

function choiceOf(words: string): TypeChoice {
  if (words === 'default') return {};
  const [, as, precision, scale] = /^`as: "(\w+)"`(?:, `precision: (\d+)`, `scale: (\d+)`)?$/.exec(words) ?? [];
  return { as: as as TypeChoice['as'], precision: precision === undefined ? undefined : Number(precision), scale: scale === undefined ? undefined : Number(scale) };
}

describe('the table of types in docs/types.md', () => {
  test.each(ROWS)('says of $name, $choice, what becomes of it', ({ name, choice, target, keeps }) => {
    const mapping = mappingOf(typeOf(name), choiceOf(choice));

    expect(mapping.target).toBe(target);
    expect(keeps.startsWith('lossy')).toBe(mapping.lossy);
    expect(keeps.includes('key')).toBe(mapping.orderable);
  });

  test('has every type of the catalogue', () => {
    expect(Object.keys(BASE_TYPES).filter((name) => !ROWS.some((row) => row.name === name && row.choice === 'default'))).toEqual([]);
  });

  test('has every choice that may be made', () => {
    const chosen = (name: string) => ROWS.filter((row) => row.name === name).map(({ choice }) => choiceOf(choice).as);
    for (const name of ['array', 'json', 'jsonb', 'numeric']) {
      const offered = choicesFor(typeOf(name)).filter((choice) => choice !== 'text');
      expect(chosen(name)).toEqual(expect.arrayContaining(offered));
    }
  });
});
