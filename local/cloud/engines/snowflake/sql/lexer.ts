import { syntaxError } from '../snowflake-error';

/** What a piece of SQL text is. `word` is unquoted and already folded to upper case; `quoted` is an exact identifier. */
export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'operator' | 'stage' | 'field' | 'bind' | 'end';

/** One piece of SQL text; `start` and `end` are offsets into it. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const OPERATORS = ['::', '>=', '<=', '<>', '!=', '||', '=>', '->'];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

/** Splits SQL text by Snowflake's lexical rules: case folding, backslash escapes in literals, `$$` literals, `@stage` and `$1`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, value: string, end: number) => {
    tokens.push({ kind, value, start: at, end });
    at = end;
  };
  while ((at = skipBlanks(sql, at)) < sql.length) {
    const char = sql.charAt(at);
    const word = match(/[A-Za-z_][A-Za-z0-9_$]*/y, sql, at);
    const number = match(/(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/y, sql, at);
    const field = match(/\$(\d+)/y, sql, at);
    const bind = match(/:(\d+)/y, sql, at);
    if (char === "'") push('string', ...readString(sql, at));
    else if (sql.startsWith('$$', at)) push('string', ...readDollarString(sql, at));
    else if (char === '"') push('quoted', ...readQuoted(sql, at));
    else if (char === '@') push('stage', ...readStage(sql, at));
    else if (field !== undefined) push('field', field.slice(1), at + field.length);
    else if (bind !== undefined && sql.charAt(at - 1) !== ':') push('bind', bind.slice(1), at + bind.length);
    else if (char === '?') push('bind', '?', at + 1);
    else if (word !== undefined) push('word', word.toUpperCase(), at + word.length);
    else if (number !== undefined) push('number', number, at + number.length);
    else {
      const operator = OPERATORS.find((candidate) => sql.startsWith(candidate, at)) ?? char;
      push('operator', operator, at + operator.length);
    }
  }
  tokens.push({ kind: 'end', value: '<EOF>', start: sql.length, end: sql.length });
  return tokens;
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Returns the offset of the next character that is neither blank nor comment. */
function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    const blanks = match(/\s+/y, sql, at)?.length ?? 0;
    at += blanks;
    if (sql.startsWith('--', at) || sql.startsWith('//', at)) {
      const lineEnd = sql.indexOf('\n', at);
      at = lineEnd === -1 ? sql.length : lineEnd + 1;
    } else if (sql.startsWith('/*', at)) {
      const close = sql.indexOf('*/', at + 2);
      if (close === -1) throw syntaxError('unterminated comment');
      at = close + 2;
    } else if (blanks === 0) return at;
  }
}

function readString(sql: string, from: number): [string, number] {
  let value = '';
  for (let at = from + 1; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (char === "'" && sql.charAt(at + 1) !== "'") return [value, at + 1];
    if (char === "'") at += 1;
    if (char === '\\') {
      const [decoded, length] = readEscape(sql, at);
      value += decoded;
      at += length - 1;
    } else value += char;
  }
  throw syntaxError('unterminated string literal');
}

function readEscape(sql: string, at: number): [string, number] {
  const hex = match(/\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})/y, sql, at);
  if (hex !== undefined) return [String.fromCharCode(parseInt(hex.slice(2), 16)), hex.length];
  const next = sql.charAt(at + 1);
  return [ESCAPES[next] ?? next, 2];
}

function readDollarString(sql: string, from: number): [string, number] {
  const close = sql.indexOf('$$', from + 2);
  if (close === -1) throw syntaxError('unterminated string literal');
  return [sql.slice(from + 2, close), close + 2];
}

function readQuoted(sql: string, from: number): [string, number] {
  const text = match(/"((?:[^"]|"")*)"/y, sql, from);
  if (text === undefined) throw syntaxError('unterminated quoted identifier');
  if (text.length === 2) throw syntaxError('empty quoted identifier');
  return [text.slice(1, -1).replaceAll('""', '"'), from + text.length];
}

function readStage(sql: string, from: number): [string, number] {
  const text = match(/@(?:"(?:[^"]|"")*"|[^\s)(;,'"])+/y, sql, from);
  if (text === undefined) throw syntaxError("unexpected '@'");
  return [text, from + text.length];
}
