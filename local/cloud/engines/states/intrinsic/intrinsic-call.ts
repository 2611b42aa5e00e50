import type { JsonPath } from '../path/json-path';

/** A parsed intrinsic such as `States.Format('{} rows', $.count)`. */
export interface IntrinsicCall {
  readonly text: string;
  readonly name: string;
  readonly parameters: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly hasEscapedBraces: boolean }
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };
