import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { canonicalDecfloat } from './canonical-decfloat';
import { canonicalJson } from './canonical-json';

/** Translations that need more than an expression. Macros run inside DuckDB, at its speed. */
const MACROS = [
  // Valid JSON without blanks, or NULL. Two attributes of one name are found on the outermost level here, deeper ones when the value is printed.
  `sf_parse_json(x) AS CASE WHEN json_valid(x) AND len(json_keys(x)) = len(list_distinct(json_keys(x))) THEN CAST(json(x) AS VARCHAR) END`,
  // Whole-number division that rounds half away from zero.
  `sf_divide_rounding(n, d) AS CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END * ((abs(n) * 2 + abs(d)) // (abs(d) * 2))`,
  `sf_trim_number(x) AS CASE WHEN contains(x, '.') THEN regexp_replace(regexp_replace(x, '0+$', ''), '[.]$', '') ELSE x END`,
];

/** Installs what the translated SQL calls. Functions written in JavaScript take microseconds a row, so nothing frequent uses them. */
export async function installFunctions(connection: DuckDBConnection): Promise<void> {
  connection.registerScalarFunction(textFunction('sf_canonical_json', canonicalJson));
  connection.registerScalarFunction(textFunction('sf_decfloat', canonicalDecfloat));
  for (const macro of MACROS) await connection.run(`CREATE OR REPLACE MACRO ${macro}`);
}

function textFunction(name: string, translate: (text: string) => string | null): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: [VARCHAR],
    returnType: VARCHAR,
    mainFunction: (_info, input, output) => {
      const column = input.getColumnVector(0);
      for (let row = 0; row < input.rowCount; row += 1) {
        const text = column.getItem(row);
        output.setItem(row, typeof text === 'string' ? translate(text) : null);
      }
      output.flush();
    },
  });
}
