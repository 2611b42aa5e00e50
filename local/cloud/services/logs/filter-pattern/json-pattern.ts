import type { LineFilter } from './line-filter';
import { InvalidFilterPattern } from './pattern-error';
import { compileComparison } from './value-comparison';

type Condition = (document: unknown) => boolean;

/** Conditions on a line that is JSON: `{ $.level = "ERROR" && ($.latency > 10 || $.cold IS TRUE) }`. */
export function compileJsonPattern(pattern: string): LineFilter {
  const body = /^\{(.*)\}$/s.exec(pattern)?.[1];
  if (body === undefined) throw new InvalidFilterPattern('a JSON pattern ends with }');
  const condition = new ConditionParser(body).parse();
  return (line) => {
    const document = parseLine(line);
    if (document === undefined || !condition(document)) return undefined;
    return { select: (selector) => valuesAt(document, segmentsOf(selector))[0] };
  };
}

/** A line that is no JSON object matches no JSON pattern. */
function parseLine(line: string): unknown {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

class ConditionParser {
  private position = 0;

  constructor(private readonly text: string) {}

  parse(): Condition {
    const condition = this.disjunction();
    this.skipSpaces();
    if (this.position < this.text.length) this.fail('expected && or ||');
    return condition;
  }

  private disjunction(): Condition {
    const terms = [this.conjunction()];
    while (this.takes(/\s*\|\|/y)) terms.push(this.conjunction());
    return (document) => terms.some((holds) => holds(document));
  }

  private conjunction(): Condition {
    const terms = [this.term()];
    while (this.takes(/\s*&&/y)) terms.push(this.term());
    return (document) => terms.every((holds) => holds(document));
  }

  private term(): Condition {
    this.skipSpaces();
    if (this.takes(/\(/y)) {
      const inner = this.disjunction();
      if (!this.takes(/\s*\)/y)) this.fail('expected )');
      return inner;
    }
    const selector = this.takes(/\$[\w.[\]*@-]*/y) ?? this.takes(/\$(?:\.?\["(?:[^"\\]|\\.)*"\]|[\w.[\]*@-])+/y);
    if (selector === undefined) this.fail('expected a selector such as $.level');
    return this.comparison(segmentsOf(selector));
  }

  private comparison(segments: readonly string[]): Condition {
    this.skipSpaces();
    const word = this.takes(/(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS|EXISTS)\b/iy)?.toUpperCase().replaceAll(/\s+/g, ' ');
    if (word !== undefined) return wordCondition(word, segments);
    const operator = this.takes(/!=|<=|>=|=|<|>/y) ?? this.fail('expected an operator');
    this.skipSpaces();
    const operand = this.takes(/"(?:[^"\\]|\\.)*"|%[^%]*%|[^\s()&|]+/y) ?? this.fail('expected a value');
    const holds = compileComparison(operator, operand);
    return (document) => valuesAt(document, segments).some(holds);
  }

  private skipSpaces(): void {
    this.takes(/\s*/y);
  }

  private takes(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  private fail(reason: string): never {
    throw new InvalidFilterPattern(`${reason} at position ${this.position} of ${this.text}`);
  }
}

function wordCondition(word: string, segments: readonly string[]): Condition {
  switch (word) {
    case 'IS NULL':
      return (document) => valuesAt(document, segments).some((value) => value === null);
    case 'IS TRUE':
      return (document) => valuesAt(document, segments).some((value) => value === true);
    case 'IS FALSE':
      return (document) => valuesAt(document, segments).some((value) => value === false);
    case 'EXISTS':
      return (document) => valuesAt(document, segments).length > 0;
    default:
      return (document) => valuesAt(document, segments).length === 0;
  }
}

/** `$.a.b[0].c[*]` as its parts. */
function segmentsOf(selector: string): readonly string[] {
  return [...selector.slice(1).matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|\.?([^.[\]]+)/g)].map(([, quoted, index, name]) => quoted ?? index ?? name ?? '');
}

function valuesAt(document: unknown, segments: readonly string[]): readonly unknown[] {
  return segments.reduce<readonly unknown[]>((values, segment) => {
    return values.flatMap((value): readonly unknown[] => {
      if (Array.isArray(value)) return segment === '*' ? value : Number(segment) in value ? [value[Number(segment)]] : [];
      if (typeof value !== 'object' || value === null) return [];
      return Object.hasOwn(value, segment) ? [(value as Record<string, unknown>)[segment]] : [];
    });
  }, [document]);
}
