import { type Filter, type FilterOperator, isDefinite, type JsonPath, type Operand, type Segment, type SegmentSelector } from './json-path';
import { InvalidExpression, ExpressionScanner } from './expression-scanner';

const parsed = new Map<string, JsonPath>();

/** Parses a path of the input (`$...`) or of the context object (`$$...`); throws `InvalidExpression`. */
export function parsePath(text: string): JsonPath {
  const known = parsed.get(text);
  if (known) return known;
  const path = parse(text);
  parsed.set(text, path);
  return path;
}

/** As `parsePath`, for fields that must name exactly one place: no `@`, `,`, `:`, `?`, `*` and `..`. */
export function parseReferencePath(text: string): JsonPath {
  const path = parsePath(text);
  if (!isDefinite(path)) throw new InvalidExpression(`path "${text}" must name a single place, so "*", "..", ",", ":" and "?" are not allowed`);
  return path;
}

function parse(text: string): JsonPath {
  const scanner = new ExpressionScanner(text);
  const source = scanner.sees('$$') ? 'context' : 'input';
  if (source === 'context') scanner.expect('$');
  scanner.expect('$');
  const segments = parseSegments(scanner);
  if (!scanner.isAtEnd) scanner.fail(segments.length === 0 ? 'variables are not supported' : 'expected "." or "["');
  return { text, source, segments };
}

function parseSegments(scanner: ExpressionScanner): readonly Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    const isDescendant = scanner.takes('..');
    // Both `$.a['b']` and `$.a.['b']` are in use; the developer guide shows the second.
    const isDotted = isDescendant || scanner.takes('.');
    if (scanner.sees('[')) segments.push({ ...parseBracket(scanner), isDescendant });
    else if (isDotted) segments.push({ ...parseName(scanner), isDescendant });
    else return segments;
  }
}

function parseName(scanner: ExpressionScanner): SegmentSelector {
  if (scanner.takes('*')) return { kind: 'wildcard' };
  const name = scanner.match(/(?:[^\s.[\]()'",:?@*=<>!&|\\]|\\.)+/y);
  if (name === undefined) scanner.fail('expected a field name');
  if (scanner.sees('(')) scanner.fail(`function ${name}() is not supported`);
  return { kind: 'fields', fields: [name.replaceAll(/\\(.)/g, '$1')] };
}

function parseBracket(scanner: ExpressionScanner): SegmentSelector {
  scanner.expect('[');
  scanner.skipSpaces();
  const segment = parseBracketContent(scanner);
  scanner.skipSpaces();
  scanner.expect(']');
  return segment;
}

function parseBracketContent(scanner: ExpressionScanner): SegmentSelector {
  if (scanner.takes('*')) return { kind: 'wildcard' };
  if (scanner.takes('?')) return { kind: 'filter', test: parseFilter(scanner) };
  const field = scanner.quoted();
  if (field !== undefined) return { kind: 'fields', fields: [field, ...parseList(scanner, () => scanner.quoted())] };
  return parseIndexes(scanner);
}

function parseIndexes(scanner: ExpressionScanner): SegmentSelector {
  const from = parseInteger(scanner);
  if (scanner.takes(':')) return { kind: 'slice', from, to: parseInteger(scanner) };
  if (from === undefined) scanner.fail('expected a field in quotes, an index, a slice, "*" or "?"');
  return { kind: 'indexes', indexes: [from, ...parseList(scanner, () => parseInteger(scanner))] };
}

function parseInteger(scanner: ExpressionScanner): number | undefined {
  const digits = scanner.match(/-?\d+/y);
  return digits === undefined ? undefined : Number(digits);
}

function parseList<T>(scanner: ExpressionScanner, parseItem: () => T | undefined): readonly T[] {
  const items: T[] = [];
  for (scanner.skipSpaces(); scanner.takes(','); scanner.skipSpaces()) {
    scanner.skipSpaces();
    items.push(parseItem() ?? scanner.fail('expected another item after ","'));
  }
  return items;
}

function parseFilter(scanner: ExpressionScanner): Filter {
  scanner.expect('(');
  const filter = parseJunction(scanner);
  scanner.expect(')');
  return filter;
}

function parseJunction(scanner: ExpressionScanner): Filter {
  const terms = [parseConjunction(scanner)];
  while (scanner.takes('||')) terms.push(parseConjunction(scanner));
  return terms.length === 1 ? (terms[0] as Filter) : { kind: 'or', terms };
}

function parseConjunction(scanner: ExpressionScanner): Filter {
  const terms = [parseTerm(scanner)];
  while (scanner.takes('&&')) terms.push(parseTerm(scanner));
  return terms.length === 1 ? (terms[0] as Filter) : { kind: 'and', terms };
}

function parseTerm(scanner: ExpressionScanner): Filter {
  scanner.skipSpaces();
  const term = parseBareTerm(scanner);
  scanner.skipSpaces();
  return term;
}

function parseBareTerm(scanner: ExpressionScanner): Filter {
  if (scanner.sees('(')) return parseFilter(scanner);
  if (scanner.takes('!')) return { kind: 'not', term: parseTerm(scanner) };
  const left = parseOperand(scanner);
  scanner.skipSpaces();
  if (scanner.sees('=~')) scanner.fail('regular expressions are not supported');
  const operator = scanner.match(/==|!=|<=|>=|<|>/y) as FilterOperator | undefined;
  if (operator !== undefined) {
    scanner.skipSpaces();
    return { kind: 'compare', left, operator, right: parseOperand(scanner) };
  }
  if (left.kind === 'literal') scanner.fail('a literal needs a comparison');
  return { kind: 'exists', operand: left };
}

function parseOperand(scanner: ExpressionScanner): Operand {
  if (scanner.takes('@')) return { kind: 'path', from: 'item', segments: parseSegments(scanner) };
  if (scanner.takes('$')) return { kind: 'path', from: 'root', segments: parseSegments(scanner) };
  const text = scanner.quoted();
  if (text !== undefined) return { kind: 'literal', value: text };
  const word = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  return { kind: 'literal', value: JSON.parse(word ?? scanner.fail('expected "@", "$" or a literal')) as string | number | boolean | null };
}
