import { ExpressionScanner } from '../path/expression-scanner';
import { parsePath } from '../path/parse-path';
import { findIntrinsicFunction } from './evaluate-intrinsic';
import type { IntrinsicArgument, IntrinsicCall } from './intrinsic-call';

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const DEEPEST_NESTING = 10;

const parsed = new Map<string, IntrinsicCall>();

/** Parses a call of an intrinsic function; throws `InvalidExpression` for an unknown name, a wrong count of arguments or bad syntax. */
export function parseIntrinsic(text: string): IntrinsicCall {
  const known = parsed.get(text);
  if (known) return known;
  const scanner = new ExpressionScanner(text);
  const call = parseCall(scanner, text, 1);
  if (!scanner.isAtEnd) scanner.fail('expected the end after ")"');
  parsed.set(text, call);
  return call;
}

function parseCall(scanner: ExpressionScanner, text: string, depth: number): IntrinsicCall {
  if (depth > DEEPEST_NESTING) scanner.fail(`intrinsic functions may be nested ${DEEPEST_NESTING} deep`);
  const name = scanner.match(/[A-Za-z0-9._]+/y) ?? scanner.fail('expected the name of an intrinsic function');
  const known = findIntrinsicFunction(name) ?? scanner.fail(`there is no intrinsic function ${name}`);
  scanner.expect('(');
  const parameters = parseArguments(scanner, text, name, depth);
  const [least, most] = known.arity;
  if (parameters.length < least || parameters.length > most) {
    scanner.fail(`${name} takes ${least === most ? least : `${least} or more`} arguments but has ${parameters.length}`);
  }
  return { text, name, parameters };
}

function parseArguments(scanner: ExpressionScanner, text: string, name: string, depth: number): readonly IntrinsicArgument[] {
  const parameters: IntrinsicArgument[] = [];
  scanner.skipSpaces();
  if (scanner.takes(')')) return parameters;
  do {
    scanner.skipSpaces();
    parameters.push(parseArgument(scanner, text, depth, name === 'States.Format' && parameters.length === 0));
    scanner.skipSpaces();
  } while (scanner.takes(','));
  scanner.expect(')');
  return parameters;
}

function parseArgument(scanner: ExpressionScanner, text: string, depth: number, isTemplate: boolean): IntrinsicArgument {
  const quoted = scanner.match(/'(?:[^'\\]|\\['{}\\])*'/y)?.slice(1, -1);
  // The template of States.Format keeps its escapes, because only they tell a literal {} from a placeholder.
  if (quoted !== undefined) return { kind: 'literal', value: isTemplate ? quoted : quoted.replaceAll(/\\(.)/g, '$1') };
  if (scanner.sees('$')) return { kind: 'path', path: parsePath(takePath(scanner)) };
  const word = scanner.match(/(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=[\s,)]|$)/y);
  if (word !== undefined) return { kind: 'literal', value: JSON.parse(word) as number | boolean | null };
  return { kind: 'call', call: parseCall(scanner, text, depth + 1) };
}

/** The text of a path: up to the comma or parenthesis that belongs to the call and not to a bracket or a string. */
function takePath(scanner: ExpressionScanner): string {
  const path = scanner.match(/(?:\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\([^)]*\)|[^\]'"(])*\]|[^\s,)[])+/y);
  return path ?? scanner.fail('expected a path');
}

