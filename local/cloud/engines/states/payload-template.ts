import { runtimeFailure } from './failure';
import { evaluateIntrinsic, type EvaluationSources } from './intrinsic/evaluate-intrinsic';
import { parseIntrinsic } from './intrinsic/parse-intrinsic';
import { isJsonArray, isJsonObject, type Json } from './json';
import { readPath } from './path/json-path';
import { parsePath } from './path/parse-path';

const DYNAMIC_SUFFIX = '.$';

/** Every field of a payload template that ends in `.$`, at any depth, with its value. */
export function dynamicFields(template: Json): readonly (readonly [field: string, expression: Json])[] {
  if (isJsonArray(template)) return template.flatMap(dynamicFields);
  if (!isJsonObject(template)) return [];
  return Object.entries(template).flatMap(([field, value]) => (field.endsWith(DYNAMIC_SUFFIX) ? [[field, value] as const] : dynamicFields(value)));
}

/** Replaces each field that ends in `.$` by what its path or intrinsic function yields. */
export function fillTemplate(template: Json, sources: EvaluationSources): Json {
  if (isJsonArray(template)) return template.map((item) => fillTemplate(item, sources));
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([field, value]) =>
      field.endsWith(DYNAMIC_SUFFIX)
        ? [field.slice(0, -DYNAMIC_SUFFIX.length), evaluateExpression(value as string, field, sources)]
        : [field, fillTemplate(value, sources)],
    ),
  );
}

/** The value of a path or an intrinsic function; `field` names it in the failure. */
export function evaluateExpression(expression: string, field: string, sources: EvaluationSources): Json {
  if (!expression.startsWith('$')) return evaluateIntrinsic(parseIntrinsic(expression), sources);
  const path = parsePath(expression);
  const root = sources[path.source];
  const value = readPath(path, root);
  if (value !== undefined) return value;
  throw runtimeFailure(`The JSONPath '${expression}' specified for the field '${field}' could not be found in the input '${JSON.stringify(root)}'`);
}
