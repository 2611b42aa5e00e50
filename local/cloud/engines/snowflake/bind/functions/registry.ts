import { beyondStandIn, compilationError } from '../../snowflake-error';
import { AGGREGATES } from './aggregates';
import { CONDITIONS } from './conditions';
import { CONTEXT_VALUES } from './context-values';
import { CONVERSIONS } from './conversions';
import type { FunctionDefinition, FunctionTable } from './function-definition';
import { MOMENTS } from './moments';
import { NUMBERS } from './numbers';
import { SEMI_STRUCTURED } from './semi-structured';
import { STRINGS } from './strings';

const FUNCTIONS: FunctionTable = {
  ...CONVERSIONS,
  ...STRINGS,
  ...NUMBERS,
  ...CONDITIONS,
  ...AGGREGATES,
  ...MOMENTS,
  ...SEMI_STRUCTURED,
  ...CONTEXT_VALUES,
};

/** Snowflake has these; the stand-in does not, some of them because nobody outside Snowflake could compute them. */
const UNOFFERED: ReadonlySet<string> = new Set(
  `
    HASH HASH_AGG APPROX_COUNT_DISTINCT HLL MEDIAN MODE PERCENTILE_CONT PERCENTILE_DISC STDDEV VARIANCE CORR
    RANDOM RANDSTR UNIFORM SEQ1 SEQ2 SEQ4 SEQ8 GENERATOR FLATTEN OBJECT_AGG NTILE PERCENT_RANK CUME_DIST NTH_VALUE
    RATIO_TO_REPORT ENCRYPT DECRYPT XMLGET PARSE_XML PARSE_URL PARSE_IP ST_POINT SOUNDEX JAROWINKLER_SIMILARITY
    EDITDISTANCE LAST_DAY NEXT_DAY ADD_MONTHS MONTHS_BETWEEN TIME_SLICE DATE_FROM_PARTS TIMESTAMP_FROM_PARTS
    TIMESTAMP_NTZ_FROM_PARTS TIME_FROM_PARTS GET_DDL SYSTEM$CLUSTERING_INFORMATION REGEXP_COUNT REGEXP_INSTR
    INITCAP INSERT COMPRESS DECOMPRESS_STRING OBJECT_KEYS OBJECT_INSERT OBJECT_DELETE ARRAY_APPEND ARRAY_CAT
    ARRAY_CONTAINS ARRAY_SLICE ARRAY_TO_STRING ARRAY_DISTINCT GET_PATH STRIP_NULL_VALUE AS_VARCHAR AS_INTEGER
    MD5_NUMBER BITSHIFTLEFT BITSHIFTRIGHT BITNOT STRTOK TRY_HEX_DECODE_STRING TRY_BASE64_DECODE_STRING LN LOG EXP
    SIN COS TAN PI DAYNAME MONTHNAME DAYOFWEEK DAYOFYEAR WEEK QUARTER CURRENT_CLIENT CURRENT_STATEMENT
    IS_ROLE_IN_SESSION WIDTH_BUCKET GROUPING GROUPING_ID
  `
    .trim()
    .split(/\s+/),
);

/** Finds a function by its upper-case name. */
export function functionNamed(name: string): FunctionDefinition {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (found) return found;
  if (UNOFFERED.has(name)) throw beyondStandIn(`function ${name}`);
  throw compilationError('002140', '42601', `Unknown function ${name}.`);
}

/** The names of all functions that the stand-in translates, for its documentation. */
export function functionNames(): string[] {
  return Object.keys(FUNCTIONS).sort();
}
