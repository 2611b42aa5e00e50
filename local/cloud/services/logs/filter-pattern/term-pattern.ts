import type { LineFilter } from './line-filter';
import { InvalidFilterPattern } from './pattern-error';

interface Term {
  readonly sign: '' | '?' | '-';
  readonly isIn: (line: string) => boolean;
}

/** Terms: all must be in the line, or any of those with `?`; none of those with `-`. Case matters. */
export function compileTermPattern(pattern: string): LineFilter {
  const terms = readTerms(pattern);
  const excluded = terms.filter(({ sign }) => sign === '-');
  const required = terms.filter(({ sign }) => sign === '');
  // Beside required terms, those with `?` have no say. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
  const optional = required.length > 0 ? [] : terms.filter(({ sign }) => sign === '?');
  return (line) => {
    if (excluded.some(({ isIn }) => isIn(line)) || !required.every(({ isIn }) => isIn(line))) return undefined;
    if (optional.length > 0 && !optional.some(({ isIn }) => isIn(line))) return undefined;
    return { select: (selector) => (selector.startsWith('$.') ? valueAt(line, selector) : undefined) };
  };
}

function readTerms(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  let rest = pattern;
  while (rest !== '') {
    const match = /^([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([\w.:/*$@=+-]+))(?:\s+|$)/.exec(rest);
    if (!match) throw new InvalidFilterPattern(`invalid character(s) in term ${JSON.stringify(rest)}; quote terms with other characters`);
    const [whole, sign = '', quoted, expression, word] = match;
    const text = quoted?.replaceAll(/\\(.)/g, '$1') ?? word ?? '';
    const regular = expression === undefined ? undefined : new RegExp(expression);
    terms.push({ sign: sign as Term['sign'], isIn: (line) => (regular ? regular.test(line) : line.includes(text)) });
    rest = rest.slice(whole.length);
  }
  return terms;
}

function valueAt(line: string, selector: string): unknown {
  try {
    return selector
      .slice(2)
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], JSON.parse(line));
  } catch {
    return undefined;
  }
}
