import { BlockList, isIP } from 'node:net';

/** Decides about one value of an event; `undefined` stands for an absent one. */
export type ValueTest = (value: unknown) => boolean;

/** A pattern that EventBridge or SNS refuses, with the reason. */
export class InvalidEventPattern extends Error {
  override readonly name = 'InvalidEventPattern';
}

type Literal = string | number | boolean | null;
type OperatorCompiler = (operand: unknown, path: string) => ValueTest;

const OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  prefix: (operand, path) => affix(operand, path, (text, part) => text.startsWith(part)),
  suffix: (operand, path) => affix(operand, path, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (operand, path) => {
    const expected = textOperand(operand, path, 'equals-ignore-case').toLowerCase();
    return ofText((text) => text.toLowerCase() === expected);
  },
  wildcard: (operand, path) => {
    const pattern = wildcardPattern(textOperand(operand, path, 'wildcard'), path);
    return ofText((text) => pattern.test(text));
  },
  exists: (operand, path) => {
    if (typeof operand !== 'boolean') throw new InvalidEventPattern(`exists at ${path} must be true or false`);
    return (value) => (value !== undefined && !isRecord(value)) === operand;
  },
  numeric: compileNumeric,
  cidr: compileCidr,
  'anything-but': compileAnythingBut,
};

/** Compiles one element of a pattern's array: a literal or one operator. */
export function compileMatcher(matcher: unknown, path: string): ValueTest {
  if (isLiteral(matcher)) return (value) => value === matcher;
  const [operator, operand, ...more] = isRecord(matcher) ? Object.entries(matcher).flat() : [];
  const compile = typeof operator === 'string' && Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!compile || more.length > 0) throw new InvalidEventPattern(`unrecognized match type ${JSON.stringify(matcher)} at ${path}`);
  return compile(operand, path);
}

function affix(operand: unknown, path: string, test: (text: string, part: string) => boolean): ValueTest {
  if (isRecord(operand)) {
    const part = textOperand(operand['equals-ignore-case'], path, 'equals-ignore-case').toLowerCase();
    return ofText((text) => test(text.toLowerCase(), part));
  }
  const part = textOperand(operand, path, 'prefix or suffix');
  return ofText((text) => test(text, part));
}

/** A value must be there to be anything but something. */
function compileAnythingBut(operand: unknown, path: string): ValueTest {
  if (!isRecord(operand)) {
    const excluded = asList(operand);
    if (excluded.length === 0 || !excluded.every(isLiteral)) throw new InvalidEventPattern(`anything-but at ${path} must be a literal, a list of literals or an operator`);
    return (value) => value !== undefined && !excluded.includes(value as Literal);
  }
  const [operator = '', inner] = Object.entries(operand)[0] ?? [];
  if (!['prefix', 'suffix', 'wildcard', 'equals-ignore-case'].includes(operator)) {
    throw new InvalidEventPattern(`anything-but at ${path} does not take ${operator}`);
  }
  const excluded = asList(inner).map((each) => compileMatcher({ [operator]: each }, path));
  return (value) => value !== undefined && !excluded.some((matches) => matches(value));
}

function compileNumeric(operand: unknown, path: string): ValueTest {
  const parts = asList(operand);
  const comparisons: ValueTest[] = [];
  for (let index = 0; index < parts.length; index += 2) comparisons.push(comparison(parts[index], parts[index + 1], path));
  if (comparisons.length === 0 || comparisons.length > 2) throw new InvalidEventPattern(`numeric at ${path} takes one or two comparisons`);
  return (value) => typeof value === 'number' && comparisons.every((matches) => matches(value));
}

function comparison(operator: unknown, limit: unknown, path: string): ValueTest {
  if (typeof limit !== 'number') throw new InvalidEventPattern(`numeric at ${path} compares with numbers, not ${JSON.stringify(limit)}`);
  switch (operator) {
    case '=':
      return (value) => value === limit;
    case '<':
      return (value) => (value as number) < limit;
    case '<=':
      return (value) => (value as number) <= limit;
    case '>':
      return (value) => (value as number) > limit;
    case '>=':
      return (value) => (value as number) >= limit;
    default:
      throw new InvalidEventPattern(`numeric at ${path} has no operator ${JSON.stringify(operator)}`);
  }
}

function compileCidr(operand: unknown, path: string): ValueTest {
  const [address = '', bits = ''] = textOperand(operand, path, 'cidr').split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) throw new InvalidEventPattern(`cidr at ${path} is no range: ${String(operand)}`);
  const range = new BlockList();
  range.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return ofText((text) => isIP(text) === family && range.check(text, family === 4 ? 'ipv4' : 'ipv6'));
}

/** `*` stands for any run of characters, `\*` and `\\` for themselves; two `*` in a row are refused. */
function wildcardPattern(text: string, path: string): RegExp {
  if (/(?<!\\)\*\*/.test(text)) throw new InvalidEventPattern(`wildcard at ${path} has consecutive wildcards`);
  const source = text.replaceAll(/\\([*\\])|(\*)|[^*\\]+|\\/gs, (part, escaped: string | undefined, star: string | undefined) =>
    star ? '[^]*' : (escaped ?? part).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`);
}

function ofText(test: (text: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}

function textOperand(operand: unknown, path: string, operator: string): string {
  if (typeof operand !== 'string') throw new InvalidEventPattern(`${operator} at ${path} must be a string`);
  return operand;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isLiteral(value: unknown): value is Literal {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
