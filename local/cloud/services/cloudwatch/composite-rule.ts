import { AwsError } from '../../gateway/aws-error';

/** A rule over the states of alarms. */
export type RuleNode =
  | { readonly kind: 'state'; readonly state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA'; readonly alarm: string }
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'not'; readonly inner: RuleNode }
  | { readonly kind: 'and' | 'or'; readonly left: RuleNode; readonly right: RuleNode };

const TOKEN = /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|'([^']+)'|([^)\s]+))\s*\)|(TRUE|FALSE|AND|OR|NOT)\b|([()]))/iy;

type Token = { readonly word: string; readonly alarm?: string };

/**
 * Parses the rule of a composite alarm: `ALARM("a") AND NOT (OK(b) OR FALSE)`.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseAlarmRule(rule: string): RuleNode {
  const tokens = tokensOf(rule);
  let position = 0;
  const takes = (word: string): boolean => {
    if (tokens[position]?.word !== word) return false;
    position += 1;
    return true;
  };
  const disjunction = (): RuleNode => {
    let left = conjunction();
    while (takes('OR')) left = { kind: 'or', left, right: conjunction() };
    return left;
  };
  const conjunction = (): RuleNode => {
    let left = term();
    while (takes('AND')) left = { kind: 'and', left, right: term() };
    return left;
  };
  const term = (): RuleNode => {
    if (takes('NOT')) return { kind: 'not', inner: term() };
    if (takes('(')) {
      const inner = disjunction();
      if (!takes(')')) throw invalid(rule, 'a parenthesis is not closed');
      return inner;
    }
    const token = tokens[position];
    position += 1;
    if (token?.word === 'TRUE' || token?.word === 'FALSE') return { kind: 'constant', value: token.word === 'TRUE' };
    if (token?.alarm !== undefined) return { kind: 'state', state: token.word as 'ALARM', alarm: alarmNameOf(token.alarm) };
    throw invalid(rule, `${token?.word ?? 'the end'} is unexpected`);
  };
  const node = disjunction();
  if (position < tokens.length) throw invalid(rule, `${tokens[position]?.word ?? ''} is unexpected`);
  return node;
}

/** The names of the alarms that a rule is about. */
export function alarmsIn(rule: RuleNode): readonly string[] {
  switch (rule.kind) {
    case 'state':
      return [rule.alarm];
    case 'constant':
      return [];
    case 'not':
      return alarmsIn(rule.inner);
    default:
      return [...alarmsIn(rule.left), ...alarmsIn(rule.right)];
  }
}

export function ruleHolds(rule: RuleNode, stateOf: (alarm: string) => string | undefined): boolean {
  switch (rule.kind) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'constant':
      return rule.value;
    case 'not':
      return !ruleHolds(rule.inner, stateOf);
    case 'and':
      return ruleHolds(rule.left, stateOf) && ruleHolds(rule.right, stateOf);
    case 'or':
      return ruleHolds(rule.left, stateOf) || ruleHolds(rule.right, stateOf);
  }
}

function tokensOf(rule: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = rule.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw invalid(rule, `${JSON.stringify(text.slice(at, at + 20))} is not understood`);
    const [, state, double, single, bare, word, parenthesis = ''] = match;
    const alarm = double ?? single ?? bare;
    tokens.push(state !== undefined && alarm !== undefined ? { word: state.toUpperCase(), alarm } : { word: word?.toUpperCase() ?? parenthesis });
  }
  return tokens;
}

function alarmNameOf(nameOrArn: string): string {
  return /^arn:aws[\w-]*:cloudwatch:[^:]+:\d+:alarm:(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

function invalid(rule: string, reason: string): AwsError {
  return new AwsError('ValidationException', `AlarmRule ${rule}: ${reason}`, { status: 400 });
}
