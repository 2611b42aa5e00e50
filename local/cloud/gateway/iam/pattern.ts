import { computedOnce } from '../computed-once';

/** A value of a policy in which `*` stands for any text and `?` for any one character; everything else stands for itself. */
export type Pattern = readonly PatternPart[];

export type PatternPart = { readonly text: string } | { readonly wildcard: '*' | '?' };

/** Reads the wildcards of a value that contains no policy variables. */
export function patternOf(value: string): Pattern {
  return value
    .split(/([*?])/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece === '*' || piece === '?' ? { wildcard: piece } : { text: piece }));
}

/** The pattern as text, for operators that know no wildcards. */
export function textOf(pattern: Pattern): string {
  return pattern.map((part) => ('text' in part ? part.text : part.wildcard)).join('');
}

/** Whether the whole value matches, capitals and all. */
export function matchesGlob(pattern: Pattern, value: string): boolean {
  return globRegExp(pattern, 'su').test(value);
}

/** Whether a pattern such as `kms:Generate*` means the action; capitals make no difference. */
export function meansAction(pattern: string, action: string): boolean {
  return actionRegExp(pattern).test(action);
}

const actionRegExp = computedOnce((pattern) => globRegExp(patternOf(pattern), 'isu'));

function globRegExp(pattern: Pattern, flags: string): RegExp {
  const source = pattern.map((part) => ('text' in part ? escape(part.text) : part.wildcard === '*' ? '.*' : '.')).join('');
  return new RegExp(`^${source}$`, flags);
}

/**
 * Whether an ARN matches the pattern of a `Resource` element: wildcards stay within their colon-separated part, but a `*` that
 * ends its part may run on past the colon. After the fifth colon there are no parts any more.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesResource(pattern: Pattern, arn: string): boolean {
  return arnRegExp(pattern, { finalStarCrosses: true }).test(arn);
}

/**
 * Whether an ARN matches the value of an ARN condition operator: each of the six parts is compared on its own.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: Pattern, arn: string): boolean {
  const hasSixParts = textOf(pattern).split(':').length >= 6;
  return hasSixParts && arnRegExp(pattern, { finalStarCrosses: false }).test(arn);
}

function arnRegExp(pattern: Pattern, { finalStarCrosses }: { readonly finalStarCrosses: boolean }): RegExp {
  let colons = 0;
  const source = pattern.map((part, index) => {
    const inResourcePart = colons >= 5;
    if ('text' in part) {
      colons += part.text.split(':').length - 1;
      return escape(part.text);
    }
    if (part.wildcard === '?') return inResourcePart ? '.' : '[^:]';
    const next = pattern[index + 1];
    const endsItsPart = next === undefined || ('text' in next && next.text.startsWith(':'));
    return inResourcePart || (finalStarCrosses && endsItsPart) ? '.*' : '[^:]*';
  });
  return new RegExp(`^${source.join('')}$`, 'su');
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
