import { MATH_FUNCTIONS, MATH_OPERATORS, type MathScope } from './math-functions';
import type { MathNode } from './parse-expression';
import { InvalidExpression, type MathValue } from './time-series';

/** Computes an expression; `lookUp` gives what it refers to by id. */
export function evaluateExpression(node: MathNode, scope: MathScope, lookUp: (id: string) => MathValue): MathValue {
  const evaluate = (inner: MathNode): MathValue => evaluateExpression(inner, scope, lookUp);
  switch (node.kind) {
    case 'number':
    case 'text':
      return node.value;
    case 'reference':
      return lookUp(node.id);
    case 'array':
      return node.items.map(evaluate);
    case 'call':
      return MATH_FUNCTIONS[node.name]?.(node.args.map(evaluate), scope) ?? refuse(node.name);
    case 'operation':
      return MATH_OPERATORS[node.operator]?.(evaluate(node.left), evaluate(node.right)) ?? refuse(node.operator);
  }
}

function refuse(name: string): never {
  throw new InvalidExpression(`there is no ${name}`);
}
