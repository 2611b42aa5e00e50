import type { LineFilter } from './line-filter';
import { InvalidFilterPattern } from './pattern-error';
import { compileComparison, type ValueComparison } from './value-comparison';

interface Column {
  readonly name: string;
  readonly conditions: readonly ValueComparison[];
}

/** Columns of a line that is separated by spaces: `[ip, user, ..., status = 4*, bytes > 100]`. */
export function compileColumnPattern(pattern: string): LineFilter {
  const body = /^\[(.*)\]$/s.exec(pattern)?.[1];
  if (body === undefined) throw new InvalidFilterPattern('a pattern of columns ends with ]');
  const columns = body.split(',').map((column) => column.trim());
  const gap = columns.indexOf('...');
  const compiled = columns.map((column) => (column === '...' ? undefined : compileColumn(column)));
  return (line) => {
    const values = fieldsOf(line);
    const missing = values.length - (columns.length - (gap >= 0 ? 1 : 0));
    if (gap >= 0 ? missing < 0 : missing !== 0) return undefined;
    const found = new Map<string, string>();
    for (const [index, column] of compiled.entries()) {
      if (!column) continue;
      const value = values[gap >= 0 && index > gap ? index + missing - 1 : index] ?? '';
      if (!column.conditions.every((holds) => holds(value))) return undefined;
      found.set(column.name, value);
    }
    return { select: (selector) => found.get(selector.replace(/^\$/, '')) };
  };
}

function compileColumn(column: string): Column {
  const [first = '', ...more] = column.split('&&').map((part) => part.trim());
  const match = /^([\w-]+)\s*(?:(!=|<=|>=|=|<|>)\s*(.+))?$/.exec(first);
  if (!match) throw new InvalidFilterPattern(`column ${JSON.stringify(column)} is not understood`);
  const [, name = '', operator, operand = ''] = match;
  const conditions = operator === undefined ? [] : [compileComparison(operator, operand)];
  for (const condition of more) {
    const [, again, operatorAgain = '', operandAgain = ''] = /^([\w-]+)\s*(!=|<=|>=|=|<|>)\s*(.+)$/.exec(condition) ?? [];
    if (again !== name) throw new InvalidFilterPattern(`the conditions of a column must be about it: ${JSON.stringify(condition)}`);
    conditions.push(compileComparison(operatorAgain, operandAgain));
  }
  return { name, conditions };
}

/** Text in brackets or quotes is one field. */
function fieldsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g)].map(([, quoted, bracketed, word]) => quoted ?? bracketed ?? word ?? '');
}
