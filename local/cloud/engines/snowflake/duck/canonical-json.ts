/**
 * Writes JSON text as Snowflake prints a VARIANT: no blanks, attributes in the order of their names, numbers without
 * needless zeros. Digits are handled as text, so no number loses precision on the way.
 *
 * A number with an exponent is a double to Snowflake, printed with fifteen decimals.
 */
export function canonicalJson(text: string): string {
  const reader = new JsonReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

/** JSON text with the line breaks and two-blank indentation in which Snowflake returns VARIANT columns. */
export function indentedJson(text: string): string {
  let depth = 0;
  let inString = false;
  let output = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (inString) {
      output += char;
      if (char === '\\') output += text.charAt((at += 1));
      else if (char === '"') inString = false;
    } else if (char === '"') {
      inString = true;
      output += char;
    } else if ('{['.includes(char)) {
      const empty = '}]'.includes(text.charAt(at + 1));
      output += empty ? char + text.charAt((at += 1)) : `${char}\n${'  '.repeat((depth += 1))}`;
    } else if ('}]'.includes(char)) output += `\n${'  '.repeat((depth -= 1))}${char}`;
    else output += char === ',' ? `,\n${'  '.repeat(depth)}` : char === ':' ? ': ' : char;
  }
  return output;
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): string {
    this.blanks();
    const char = this.text.charAt(this.at);
    if (char === '{') return this.object();
    if (char === '[') return this.array();
    if (char === '"') return this.string();
    return this.take(/true|false|null/y) ?? canonicalNumber(this.take(/-?\d+(\.\d+)?([eE][+-]?\d+)?/y) ?? this.fail());
  }

  end(): void {
    this.blanks();
    if (this.at < this.text.length) this.fail();
  }

  private object(): string {
    const members = new Map<string, string>();
    this.items('}', () => {
      const name = this.string();
      this.blanks();
      if (this.text.charAt(this.at) !== ':') this.fail();
      this.at += 1;
      if (members.has(name)) throw new Error(`duplicate object attribute ${name}`);
      members.set(name, this.value());
    });
    const names = [...members.keys()].sort((a, b) => (a < b ? -1 : 1));
    return `{${names.map((name) => `${name}:${members.get(name)}`).join(',')}}`;
  }

  private array(): string {
    const items: string[] = [];
    this.items(']', () => items.push(this.value()));
    return `[${items.join(',')}]`;
  }

  private items(close: string, item: () => void): void {
    this.at += 1;
    this.blanks();
    while (this.text.charAt(this.at) !== close) {
      this.blanks();
      item();
      this.blanks();
      if (this.text.charAt(this.at) === ',') this.at += 1;
      else if (this.text.charAt(this.at) !== close) this.fail();
    }
    this.at += 1;
  }

  /** Escapes that JSON does not need, such as \/ and é, become the characters they stand for. */
  private string(): string {
    const raw = this.take(/"(?:[^"\\]|\\.)*"/y) ?? this.fail();
    return raw.includes('\\') ? JSON.stringify(JSON.parse(raw)) : raw;
  }

  private blanks(): void {
    this.take(/\s+/y);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private fail(): never {
    throw new Error(`unexpected character at ${this.at}`);
  }
}

function canonicalNumber(text: string): string {
  const digits = text.replace(/[^0-9]/g, '').replace(/^0+/, '').length;
  if (/[eE]/.test(text) || digits > 38) return scientific(Number(text));
  if (!text.includes('.')) return text === '-0' ? '0' : text;
  const trimmed = text.replace(/\.?0+$/, '');
  return trimmed === '-0' ? '0' : trimmed;
}

function scientific(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(15).split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}
