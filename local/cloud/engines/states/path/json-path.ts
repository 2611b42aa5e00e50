import { type Json, isJsonArray, isJsonObject } from '../json';

/** One step of a path. */
export type Segment = SegmentSelector & {
  /** Whether the segment was written after `..` and so applies at every depth. */
  readonly isDescendant: boolean;
};

/** What one step of a path picks from a value. */
export type SegmentSelector =
  | { readonly kind: 'fields'; readonly fields: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly test: Filter };

/** The condition of `[?(...)]`. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | { readonly kind: 'exists'; readonly operand: Operand }
  | { readonly kind: 'compare'; readonly left: Operand; readonly operator: FilterOperator; readonly right: Operand };

/** The comparisons a filter knows. */
export type FilterOperator = '==' | '!=' | '<=' | '>=' | '<' | '>';

/** One side of a comparison in a filter. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'path'; readonly from: 'item' | 'root'; readonly segments: readonly Segment[] };

/**
 * A parsed path.
 *
 * Paths have a parser of their own because Step Functions follows the Jayway library, and jsonpath-plus does not: it
 * cannot tell a path that names one value from one that gathers several, it needs JavaScript evaluation for filters,
 * and it accepts operators that would pass here and fail in AWS.
 */
export interface JsonPath {
  readonly text: string;
  /** `context` for a path written with `$$`. */
  readonly source: 'input' | 'context';
  readonly segments: readonly Segment[];
}

/** Whether the path can name one value at most, so that a miss is an error and not an empty list. */
export function isDefinite(path: JsonPath): boolean {
  return path.segments.every(isDefiniteSegment);
}

function isDefiniteSegment(segment: Segment): boolean {
  if (segment.isDescendant) return false;
  if (segment.kind === 'fields') return segment.fields.length === 1;
  return segment.kind === 'indexes' && segment.indexes.length === 1;
}

/**
 * The value a definite path names, undefined if there is none; for an indefinite path the list of everything it matches,
 * which is empty even if its array is absent, as measured in AWS (`$.absent[*]` gives `[]`).
 */
export function readPath(path: JsonPath, root: Json): Json | undefined {
  const matches = selectAll(path.segments, [root], root);
  return isDefinite(path) ? matches[0] : matches;
}

/** Where a definite path ends too early, in the words of AWS. */
export function describeMiss({ segments }: JsonPath, root: Json): string {
  const reached = segments.findIndex((_segment, index) => selectAll(segments.slice(0, index + 1), [root], root).length === 0);
  const isLeaf = reached === segments.length - 1;
  return `${isLeaf ? 'No results for path:' : 'Missing property in path'} ${canonical(segments.slice(0, reached + 1))}`;
}

/** Everything that the segments select from the values, in document order. */
export function selectAll(segments: readonly Segment[], from: readonly Json[], root: Json): readonly Json[] {
  return segments.reduce<readonly Json[]>((values, segment) => {
    const candidates = segment.isDescendant ? values.flatMap(withDescendants) : values;
    return candidates.flatMap((value) => select(segment, value, root));
  }, from);
}

function withDescendants(value: Json): readonly Json[] {
  return [value, ...childrenOf(value).flatMap(withDescendants)];
}

function childrenOf(value: Json): readonly Json[] {
  if (isJsonArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function select(segment: Segment, value: Json, root: Json): readonly Json[] {
  switch (segment.kind) {
    case 'fields':
      return isJsonObject(value) ? segment.fields.filter((field) => Object.hasOwn(value, field)).map((field) => value[field] as Json) : [];
    case 'indexes':
      return isJsonArray(value) ? segment.indexes.flatMap((index) => value.slice(index, index === -1 ? undefined : index + 1)) : [];
    case 'slice':
      return isJsonArray(value) ? value.slice(segment.from, segment.to) : [];
    case 'wildcard':
      return childrenOf(value);
    case 'filter':
      return (isJsonArray(value) ? value : [value]).filter((item) => passes(segment.test, item, root));
  }
}

function passes(filter: Filter, item: Json, root: Json): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => passes(term, item, root));
    case 'or':
      return filter.terms.some((term) => passes(term, item, root));
    case 'not':
      return !passes(filter.term, item, root);
    case 'exists':
      return valueOf(filter.operand, item, root) !== undefined;
    case 'compare':
      return compare(valueOf(filter.left, item, root), filter.operator, valueOf(filter.right, item, root));
  }
}

function valueOf(operand: Operand, item: Json, root: Json): Json | undefined {
  if (operand.kind === 'literal') return operand.value;
  return selectAll(operand.segments, [operand.from === 'item' ? item : root], root)[0];
}

/** Values of different types are unequal and in no order; objects and arrays are never compared. */
function compare(left: Json | undefined, operator: FilterOperator, right: Json | undefined): boolean {
  if (operator === '==') return left !== undefined && left === right;
  if (operator === '!=') return left !== right;
  const areOrdered = (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!areOrdered) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** The bracket notation in which AWS quotes a path. */
function canonical(segments: readonly Segment[]): string {
  return `$${segments.map((segment) => (segment.kind === 'fields' ? `['${segment.fields[0]}']` : segment.kind === 'indexes' ? `[${segment.indexes[0]}]` : '')).join('')}`;
}
