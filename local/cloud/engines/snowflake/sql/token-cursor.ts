import { SnowflakeError, syntaxError } from '../snowflake-error';
import { tokenize, type Token } from './lexer';

/** A name as it is stored: unquoted text is folded to upper case, quoted text is exact. */
export interface Identifier {
  readonly name: string;
  readonly quoted: boolean;
}

/** Reads a token list from left to right; every `expect` that fails is Snowflake's syntax error with line and position. */
export class TokenCursor {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(readonly sql: string) {
    this.tokens = tokenize(sql);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  /** The end offset of the token read last. */
  lastEnd(): number {
    return this.tokens[this.at - 1]?.end ?? 0;
  }

  mark(): number {
    return this.at;
  }

  reset(mark: number): void {
    this.at = mark;
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'word' && words.includes(token.value);
  }

  /** True when the next tokens are exactly these words. */
  isWords(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.peek(ahead).kind === 'word' && this.peek(ahead).value === word);
  }

  isOperator(value: string, ahead = 0): boolean {
    return this.peek(ahead).kind === 'operator' && this.peek(ahead).value === value;
  }

  accept(...words: readonly string[]): boolean {
    if (!this.isWords(...words)) return false;
    this.at += words.length;
    return true;
  }

  acceptOperator(value: string): boolean {
    if (!this.isOperator(value)) return false;
    this.at += 1;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  /** Reads one of the words and says which. */
  expectOneOf<const Word extends string>(...words: readonly Word[]): Word {
    if (!this.isWord(...words)) this.fail();
    return this.next().value as Word;
  }

  expectOperator(value: string): void {
    if (!this.acceptOperator(value)) this.fail();
  }

  expectEnd(): void {
    const mark = this.at;
    while (this.acceptOperator(';'));
    if (this.peek().kind === 'end') return;
    if (this.at > mark)
      throw new SnowflakeError('000008', '0A000', 'Actual statement count 2 did not match the desired statement count 1.');
    this.fail();
  }

  expectString(): string {
    if (this.peek().kind !== 'string') this.fail();
    return this.next().value;
  }

  expectInteger(): number {
    const token = this.peek();
    if (token.kind !== 'number' || !/^\d+$/.test(token.value)) this.fail();
    return Number(this.next().value);
  }

  isIdentifier(): boolean {
    return this.peek().kind === 'word' || this.peek().kind === 'quoted';
  }

  expectIdentifier(): Identifier {
    if (!this.isIdentifier()) this.fail();
    const token = this.next();
    return { name: token.value, quoted: token.kind === 'quoted' };
  }

  /** Reads `a`, `a.b` or `a.b.c`. */
  expectName(): Identifier[] {
    const parts = [this.expectIdentifier()];
    while (parts.length < 3 && this.acceptOperator('.')) parts.push(this.expectIdentifier());
    return parts;
  }

  /** Reads `( item, item, ... )`. */
  parenthesized<T>(item: () => T): T[] {
    this.expectOperator('(');
    const items = [item()];
    while (this.acceptOperator(',')) items.push(item());
    this.expectOperator(')');
    return items;
  }

  /** Raises the syntax error for the next token. */
  fail(): never {
    const { start, value } = this.peek();
    const lines = this.sql.slice(0, start).split('\n');
    throw syntaxError(`line ${lines.length} at position ${lines.at(-1)?.length ?? 0} unexpected '${value}'`);
  }
}
