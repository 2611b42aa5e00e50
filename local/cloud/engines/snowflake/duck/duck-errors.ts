import { compilationError, SnowflakeError } from '../snowflake-error';

type Translation = readonly [RegExp, (match: RegExpExecArray) => SnowflakeError];

/** DuckDB's complaints that have a counterpart in Snowflake; everything else is internal and says so. */
const TRANSLATIONS: readonly Translation[] = [
  [/SF\|(\d+)\|(\w+)\|([\s\S]*)/, ([, code, state, message]) => new SnowflakeError(String(code), String(state), String(message).trim())],
  [
    /NOT NULL constraint failed: [\w".]*?([^."]+)"?$/m,
    ([, column]) => new SnowflakeError('100072', '22000', `NULL result in a non-nullable column [${column}]`),
  ],
  [/must appear in the GROUP BY clause/, ([text]) => compilationError('000979', '42601', `[${text}] is not a valid group by expression`)],
  [
    /(aggregate function calls? cannot|cannot contain aggregates|GROUP BY clause cannot contain aggregates|WHERE clause cannot contain aggregates)/i,
    ([text]) => compilationError('002064', '42601', `Invalid aggregate function in this clause: ${text}`),
  ],
  [
    /More than one row returned by a subquery/i,
    () => new SnowflakeError('090150', '22000', 'Single-row subquery returns more than one row.'),
  ],
  [
    /Overflow in|out of range|Out of Range/i,
    ([text]) => new SnowflakeError('100046', '22003', `Number out of representable range: ${text}`),
  ],
  [/INTERRUPT/i, () => new SnowflakeError('000604', '57014', 'SQL execution canceled')],
  [
    /duplicate object attribute (.*)/,
    ([, name]) => new SnowflakeError('100069', '22P02', `Error parsing JSON: duplicate object attribute ${name}`),
  ],
  [
    /significant digits/,
    ([text]) =>
      new SnowflakeError(
        '000002',
        '0A000',
        `Unsupported feature 'DECFLOAT with more than 36 ${text}' (a limit of the warehouse stand-in, not of Snowflake).`,
      ),
  ],
  [
    /CSV Error on Line: (\d+)/,
    ([, line]) =>
      new SnowflakeError(
        '100080',
        '22000',
        `Number of columns in file does not match that of the corresponding table, or a field is not well-formed, line ${line}`,
      ),
  ],
];

/** Turns what DuckDB threw into what Snowflake would have said. */
export function snowflakeErrorOf(error: unknown): SnowflakeError {
  if (error instanceof SnowflakeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, translate] of TRANSLATIONS) {
    const match = pattern.exec(message);
    if (match) return translate(match);
  }
  return new SnowflakeError('000603', 'XX000', `SQL execution internal error: ${message}`);
}
