import type { JsonPath } from '../path/json-path';

/** A parsed intrinsic such as `States.Format('{} rows', $.count)`. */
export interface IntrinsicCall {
  readonly text: string;
  readonly name: string;
  readonly parameters: readonly IntrinsicArgument[];
}

/** What stands between the parentheses of an intrinsic. */
export type IntrinsicArgument =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };
