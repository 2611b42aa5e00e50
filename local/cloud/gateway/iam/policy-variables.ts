import { patternOf, type Pattern } from './pattern';
import type { RequestContext } from './request-context';

const VARIABLE = /\$\{([^}]*)\}/;
const NAME_AND_DEFAULT = /^\s*([^,]+?)\s*(?:,\s*'([^']*)')?\s*$/;

/**
 * Replaces policy variables such as `${aws:PrincipalTag/team, 'none'}` by the request's values, which count as plain text even
 * where they contain wildcards. Returns nothing when a variable has neither value nor default: such a value equals nothing.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function resolveVariables(value: string, context: RequestContext): Pattern | undefined {
  const pieces: Pattern[] = [];
  // Splitting on a pattern with one group yields text and variable in turn.
  for (const [index, piece] of value.split(VARIABLE).entries()) {
    if (index % 2 === 0) {
      pieces.push(patternOf(piece));
      continue;
    }
    const text = valueOf(piece, context);
    if (text === undefined) return undefined;
    pieces.push([{ text }]);
  }
  return pieces.flat();
}

/** Where the first policy variable begins, or -1. */
export function firstVariable(value: string): number {
  return value.search(VARIABLE);
}

function valueOf(variable: string, context: RequestContext): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const [, name = '', fallback] = NAME_AND_DEFAULT.exec(variable) ?? [];
  return context.variable(name) ?? fallback;
}
