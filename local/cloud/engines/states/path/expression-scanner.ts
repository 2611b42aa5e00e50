/** Text that is neither a path nor a call of an intrinsic function as Step Functions reads them. */
export class InvalidExpression extends Error {
  override readonly name = 'InvalidExpression';
}

/** Reads an expression from left to right and quotes it, with the position, when it cannot go on. */
export class ExpressionScanner {
  private position = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** Whether the text goes on like this; nothing is consumed. */
  sees(expected: string): boolean {
    return this.text.startsWith(expected, this.position);
  }

  /** Consumes the expected text if it comes next. */
  takes(expected: string): boolean {
    if (!this.sees(expected)) return false;
    this.position += expected.length;
    return true;
  }

  expect(expected: string): void {
    if (!this.takes(expected)) this.fail(`expected "${expected}"`);
  }

  /** Consumes what the pattern, which must be sticky, matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  skipSpaces(): void {
    this.match(/\s*/y);
  }

  /** Consumes a string in single or double quotes; a backslash takes the next character literally. */
  quoted(): string | undefined {
    const body = this.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y);
    return body?.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }

  fail(reason: string): never {
    throw new InvalidExpression(`"${this.text}" cannot be read at position ${this.position}: ${reason}`);
  }
}
