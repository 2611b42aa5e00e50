import { createHash } from 'node:crypto';
import type { Json } from '../json';
import { IntrinsicError, type IntrinsicFunction, objectAt, textAt } from './intrinsic-function';

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html#asl-intrsc-func-data-encode-decode */
const MOST_CHARACTERS = 10_000;

const DIGESTS: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };

/** The intrinsic functions on text and on JSON as text. */
export const TEXT_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Format': { arity: [1, Infinity], apply: (parameters) => format(textAt(parameters, 0), parameters.slice(1)) },
  'States.StringToJson': { arity: [1, 1], apply: (parameters) => parseJson(textAt(parameters, 0)) },
  'States.JsonToString': { arity: [1, 1], apply: ([value]) => JSON.stringify(value) },
  'States.Base64Encode': { arity: [1, 1], apply: (parameters) => Buffer.from(short(textAt(parameters, 0))).toString('base64') },
  'States.Base64Decode': { arity: [1, 1], apply: (parameters) => decode(short(textAt(parameters, 0))) },
  'States.Hash': { arity: [2, 2], apply: (parameters) => hash(parameters[0] as Json, textAt(parameters, 1)) },
  'States.JsonMerge': { arity: [3, 3], apply: (parameters) => merge(parameters) },
  'States.StringSplit': { arity: [2, 2], apply: (parameters) => split(textAt(parameters, 0), textAt(parameters, 1)) },
};

/**
 * Fills each `{}`; `\\{`, `\\}`, `\\'` and `\\\\` stand for the character itself.
 *
 * An object or array is refused, as the specification demands, although AWS would print it in the notation of Java.
 */
function format(template: string, values: readonly Json[]): string {
  const remaining = [...values];
  const text = template.replaceAll(/\\(.)|\{\}/gs, (_match, escaped: string | undefined) => escaped ?? print(remaining.shift()));
  if (remaining.length > 0) throw new IntrinsicError(`the template has ${values.length - remaining.length} times "{}" for ${values.length} values`);
  return text;
}

function print(value: Json | undefined): string {
  if (value === undefined) throw new IntrinsicError('the template has more "{}" than there are values');
  if (typeof value === 'object' && value !== null) throw new IntrinsicError(`a value to format must be no object or array but was ${JSON.stringify(value)}`);
  return String(value);
}

/** Blank text gives null, as measured in AWS. */
function parseJson(text: string): Json {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new IntrinsicError('the text is not JSON');
  }
}

function decode(text: string): string {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw new IntrinsicError('the text is not Base64');
  return Buffer.from(text, 'base64').toString('utf8');
}

function hash(data: Json, algorithm: string): string {
  const digest = DIGESTS[algorithm];
  if (digest === undefined) throw new IntrinsicError(`the algorithm must be one of ${Object.keys(DIGESTS).join(', ')} but was ${algorithm}`);
  return createHash(digest)
    .update(short(typeof data === 'string' ? data : JSON.stringify(data)))
    .digest('hex');
}

function short(text: string): string {
  if (text.length > MOST_CHARACTERS) throw new IntrinsicError(`the text has ${text.length} characters, more than ${MOST_CHARACTERS}`);
  return text;
}

/** Only the shallow mode exists in AWS, although the specification describes a deep one. */
function merge(parameters: readonly Json[]): Json {
  if (parameters[2] !== false) throw new IntrinsicError('argument 3 must be false: only shallow merging is supported');
  return { ...objectAt(parameters, 0), ...objectAt(parameters, 1) };
}

/** Every character of the delimiter divides, and empty pieces are dropped, as measured in AWS. */
function split(text: string, delimiter: string): readonly Json[] {
  const pieces = [''];
  for (const character of text) {
    if (delimiter.includes(character)) pieces.push('');
    else pieces.push(`${pieces.pop()}${character}`);
  }
  return pieces.filter((piece) => piece !== '');
}
