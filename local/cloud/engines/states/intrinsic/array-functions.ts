import { isSameJson, type Json } from '../json';
import { arrayAt, integerAt, IntrinsicError, type IntrinsicFunction } from './intrinsic-function';

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html#asl-intrsc-func-arrays */
const MOST_RANGE_ITEMS = 1000;

/** The intrinsic functions that make arrays or look into them. */
export const ARRAY_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Array': { arity: [0, Infinity], apply: (items) => items },
  'States.ArrayPartition': { arity: [2, 2], apply: (parameters) => partition(arrayAt(parameters, 0), integerAt(parameters, 1)) },
  'States.ArrayContains': { arity: [2, 2], apply: (parameters) => arrayAt(parameters, 0).some((item) => isSameJson(item, parameters[1] as Json)) },
  'States.ArrayRange': { arity: [3, 3], apply: (parameters) => range(integerAt(parameters, 0), integerAt(parameters, 1), integerAt(parameters, 2)) },
  'States.ArrayGetItem': { arity: [2, 2], apply: (parameters) => getItem(arrayAt(parameters, 0), integerAt(parameters, 1)) },
  'States.ArrayLength': { arity: [1, 1], apply: (parameters) => arrayAt(parameters, 0).length },
  'States.ArrayUnique': { arity: [1, 1], apply: (parameters) => unique(arrayAt(parameters, 0)) },
};

function partition(items: readonly Json[], size: number): readonly Json[] {
  if (size < 1) throw new IntrinsicError(`the chunk size must be positive but was ${size}`);
  return Array.from({ length: Math.ceil(items.length / size) }, (_unused, chunk) => items.slice(chunk * size, (chunk + 1) * size));
}

function range(first: number, last: number, step: number): readonly Json[] {
  if (step === 0) throw new IntrinsicError('the step must not be zero');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MOST_RANGE_ITEMS) throw new IntrinsicError(`the range has ${length} items, more than ${MOST_RANGE_ITEMS}`);
  return Array.from({ length }, (_unused, index) => first + index * step);
}

function getItem(items: readonly Json[], index: number): Json {
  const item = items[index];
  if (item === undefined) throw new IntrinsicError(`index ${index} is outside an array of ${items.length}`);
  return item;
}

function unique(items: readonly Json[]): readonly Json[] {
  return items.filter((item, index) => items.findIndex((other) => isSameJson(other, item)) === index);
}
