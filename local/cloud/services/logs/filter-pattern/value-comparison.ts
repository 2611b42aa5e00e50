import { InvalidFilterPattern } from './pattern-error';

/** Decides about a value of a log line; absent ones never come here. */
export type ValueComparison = (value: unknown) => boolean;

/** Compiles a comparison with a literal: a number, text with `*` for anything, or a regular expression between `%`. */
export function compileComparison(operator: string, operand: string): ValueComparison {
  const literal = operand.trim();
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(literal) ? Number(literal) : undefined;
  switch (operator) {
    case '=':
      return number === undefined ? matchesText(literal) : (value) => numberOf(value) === number;
    case '!=': {
      const equals = number === undefined ? matchesText(literal) : (value: unknown) => numberOf(value) === number;
      return (value) => !equals(value);
    }
    default:
      if (number === undefined) throw new InvalidFilterPattern(`${operator} compares with numbers, not ${literal}`);
      return (value) => isOrdered(numberOf(value), operator, number);
  }
}

function isOrdered(value: number, operator: string, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      throw new InvalidFilterPattern(`there is no operator ${operator}`);
  }
}

function matchesText(literal: string): ValueComparison {
  const expression = /^%(.+)%$/s.exec(literal)?.[1];
  if (expression !== undefined) {
    const regular = new RegExp(expression);
    return (value) => isText(value) && regular.test(String(value));
  }
  const text = /^"(.*)"$/s.exec(literal)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? literal;
  const pattern = new RegExp(`^${text.split('*').map((part) => part.replaceAll(/[\\^$.+?()[\]{}|/-]/g, '\\$&')).join('[^]*')}$`);
  return (value) => isText(value) && pattern.test(String(value));
}

function isText(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}
