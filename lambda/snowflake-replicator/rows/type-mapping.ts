/** What happens to a value of PostgreSQL for which Snowflake's type has no place, such as `infinity` in a TIMESTAMP. */
export type Unrepresentable = 'quarantine' | 'null' | 'clip';

/** How the values of one column travel from PostgreSQL to Snowflake and are compared there. */
export interface TypeMapping {
  /** The type in Snowflake, as in CREATE TABLE. */
  readonly target: string;
  /** Expression of PostgreSQL over the column. Its text is what travels: the canonical text of the value. */
  readonly source: (column: string) => string;
  /** True where `source` gives NULL for some values. */
  readonly dropsValues?: boolean;
  /** True where the text may hold anything: it is enclosed in quotes in a record. Other texts are never empty and hold no comma, quote or line break. */
  readonly enclosed: boolean;
  /** Expression of Snowflake that makes the value of the text, and is an error for text that has no place in the type. Absent where assigning the text does that. */
  readonly load?: (text: string) => string;
  /** The same, but NULL for text that has no place. Absent where every text has one. */
  readonly tryLoad?: (text: string) => string;
  /** Expression of Snowflake over the stored value that gives a text: the canonical one again, unless the mapping is `lossy`. */
  readonly text: (column: string) => string;
  /** True where the canonical text cannot be had back from the stored value: rows then carry a digest of it. */
  readonly lossy: boolean;
  /** True where both sides can put values in the same order and equal values have equal texts, as keys need it. */
  readonly orderable: boolean;
}
