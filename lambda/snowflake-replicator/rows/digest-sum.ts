import { addDigests, EMPTY_DIGEST, type Digest } from './digest';

/** Sums of 32-bit words stay exact in a double for two million rows. */
const ROWS_PER_FLUSH = 1 << 20;
const DIGITS = digitValues();

/** Adds up the MD5 of rows, each given as 32 hexadecimal digits, without making an object of any. */
export class DigestSum {
  private flushed: Digest = EMPTY_DIGEST;
  private rows = 0;
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;

  /** Adds the digits that begin at the offset. */
  add(bytes: Uint8Array, offset: number): void {
    this.a += word(bytes, offset);
    this.b += word(bytes, offset + 8);
    this.c += word(bytes, offset + 16);
    this.d += word(bytes, offset + 24);
    this.rows += 1;
    if (this.rows === ROWS_PER_FLUSH) this.flush();
  }

  get total(): Digest {
    this.flush();
    return this.flushed;
  }

  private flush(): void {
    const added: Digest = { rows: this.rows, upper: (BigInt(this.a) << 32n) + BigInt(this.b), lower: (BigInt(this.c) << 32n) + BigInt(this.d) };
    this.flushed = addDigests(this.flushed, added);
    this.rows = this.a = this.b = this.c = this.d = 0;
  }
}

function word(bytes: Uint8Array, offset: number): number {
  let value = 0;
  for (let at = offset; at < offset + 8; at += 1) value = value * 16 + (DIGITS[bytes[at] ?? 0] ?? 0);
  return value;
}

function digitValues(): Uint8Array {
  const values = new Uint8Array(256);
  for (let digit = 0; digit < 16; digit += 1) values[digit.toString(16).charCodeAt(0)] = digit;
  return values;
}
