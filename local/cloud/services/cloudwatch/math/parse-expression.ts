import { MATH_FUNCTIONS } from './math-functions';
import { InvalidExpression } from './time-series';

/** A metric math expression, taken apart. */
export type MathNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'reference'; readonly id: string }
  | { readonly kind: 'array'; readonly items: readonly MathNode[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly MathNode[] }
  | { readonly kind: 'operation'; readonly operator: string; readonly left: MathNode; readonly right: MathNode };

/** Operators from the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [['OR'], ['AND'], ['==', '!=', '<=', '>=', '<', '>'], ['+', '-'], ['*', '/'], ['^']];
const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(\|\||&&|==|!=|<=|>=|[-+*/^<>()[\],]))/y;
const NAMES: Readonly<Record<string, string>> = { '||': 'OR', '&&': 'AND' };

type Token = { readonly kind: 'number' | 'text' | 'name' | 'symbol'; readonly text: string };

const parsed = new Map<string, MathNode>();

/** Parses an expression; throws `InvalidExpression` also for functions that the local cloud does not compute. */
export function parseExpression(text: string): MathNode {
  const known = parsed.get(text) ?? new ExpressionParser(tokensOf(text), text).parse();
  parsed.set(text, known);
  return known;
}

/** The ids of the metrics and expressions that an expression refers to. */
export function referencesOf(node: MathNode): readonly string[] {
  switch (node.kind) {
    case 'reference':
      return [node.id];
    case 'array':
      return node.items.flatMap(referencesOf);
    case 'call':
      return node.args.flatMap(referencesOf);
    case 'operation':
      return [...referencesOf(node.left), ...referencesOf(node.right)];
    default:
      return [];
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new InvalidExpression(`${JSON.stringify(source.slice(at, at + 10))} is not understood in ${text}`);
    const [, number, double, single, name, symbol = ''] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (double !== undefined || single !== undefined) tokens.push({ kind: 'text', text: double ?? single ?? '' });
    else if (name !== undefined) tokens.push(name === 'AND' || name === 'OR' ? { kind: 'symbol', text: name } : { kind: 'name', text: name });
    else tokens.push({ kind: 'symbol', text: NAMES[symbol] ?? symbol });
  }
  return tokens;
}

class ExpressionParser {
  private position = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly text: string,
  ) {}

  parse(): MathNode {
    const node = this.level(0);
    if (this.position < this.tokens.length) this.fail();
    return node;
  }

  private level(index: number): MathNode {
    const operators = LEVELS[index];
    if (!operators) return this.unary();
    let left = this.level(index + 1);
    for (let operator = this.takes(...operators); operator !== undefined; operator = this.takes(...operators)) {
      left = { kind: 'operation', operator, left, right: this.level(index + 1) };
    }
    return left;
  }

  private unary(): MathNode {
    if (this.takes('-') === undefined) return this.primary();
    return { kind: 'operation', operator: '-', left: { kind: 'number', value: 0 }, right: this.unary() };
  }

  private primary(): MathNode {
    if (this.takes('(') !== undefined) {
      const inner = this.level(0);
      this.expect(')');
      return inner;
    }
    if (this.takes('[') !== undefined) return { kind: 'array', items: this.list(']') };
    const token = this.tokens[this.position] ?? this.fail();
    this.position += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text };
    if (token.kind === 'symbol') this.fail();
    if (this.takes('(') !== undefined) return { kind: 'call', name: this.known(token.text), args: this.list(')') };
    // Ids begin with a lower-case letter; other words are the constants of FILL.
    return /^[a-z]/.test(token.text) ? { kind: 'reference', id: token.text } : { kind: 'text', value: token.text };
  }

  private known(name: string): string {
    if (!Object.hasOwn(MATH_FUNCTIONS, name)) throw new InvalidExpression(`the local cloud does not compute ${name}() in ${this.text}`);
    return name;
  }

  private list(end: string): readonly MathNode[] {
    const items: MathNode[] = [];
    if (this.takes(end) !== undefined) return items;
    do items.push(this.level(0));
    while (this.takes(',') !== undefined);
    this.expect(end);
    return items;
  }

  private takes(...symbols: readonly string[]): string | undefined {
    const token = this.tokens[this.position];
    if (token?.kind !== 'symbol' || !symbols.includes(token.text)) return undefined;
    this.position += 1;
    return token.text;
  }

  private expect(symbol: string): void {
    if (this.takes(symbol) === undefined) this.fail();
  }

  private fail(): never {
    throw new InvalidExpression(`${this.tokens[this.position]?.text ?? 'the end'} is unexpected in ${this.text}`);
  }
}
