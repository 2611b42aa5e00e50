/** What of a state a diagram shows. https://states-language.net/spec.html */
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Choice[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Iterator?: Definition;
  readonly ItemProcessor?: Definition;
  readonly Branches?: readonly Definition[];
}

type Choice = Readonly<Record<string, unknown>> & { readonly Next: string };

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const ANY_ERROR = 'States.ALL';
const FAILURE = 'failure([any step fails])';

/** A state machine as a Mermaid flowchart: choices are diamonds, waits are rounded, dotted arrows are failures. */
export function stateMachineDiagram(definition: Definition): string {
  return ['flowchart TD', ...machineLines(definition, '').map((line) => `  ${line}`)].join('\n');
}

function machineLines({ StartAt, States }: Definition, prefix: string): string[] {
  const names = Object.keys(States);
  const id = (name: string) => `${prefix}s${names.indexOf(name)}`;
  const nodes = names.flatMap((name) => nodeLines(id(name), name, States[name]));
  const arrows = names.flatMap((name) => arrowLines(id(name), States[name], id));
  return [`${prefix}start((" ")) --> ${id(StartAt)}`, ...nodes, ...arrows, ...failureLines(States, id, prefix)];
}

function nodeLines(id: string, name: string, state: State | undefined): string[] {
  const inner = [...(state?.Branches ?? []), ...(state?.ItemProcessor ? [state.ItemProcessor] : []), ...(state?.Iterator ? [state.Iterator] : [])];
  if (inner.length > 0) {
    return [`subgraph ${id} ["${name}${state?.Type === 'Map' ? ', for each' : ', side by side'}"]`, ...inner.flatMap((definition, index) => machineLines(definition, `${id}b${index}`)).map((line) => `  ${line}`), 'end'];
  }
  switch (state?.Type) {
    case 'Choice':
      return [`${id}{"${name}"}`];
    case 'Wait':
      return [`${id}("${name}")`];
    case 'Succeed':
    case 'Fail':
      return [`${id}(["${name}"])`];
    default:
      return [`${id}["${name}"]`];
  }
}

function arrowLines(from: string, state: State | undefined, id: (name: string) => string): string[] {
  const { Next, Default, Choices = [], Catch = [] } = state ?? { Type: '' };
  return [
    ...(Next ? [`${from} --> ${id(Next)}`] : []),
    ...Choices.map((choice) => `${from} -- "${conditionOf(choice)}" --> ${id(choice.Next)}`),
    ...(Default ? [`${from} -- "otherwise" --> ${id(Default)}`] : []),
    ...Catch.filter(({ ErrorEquals }) => !ErrorEquals.includes(ANY_ERROR)).map((caught) => `${from} -. "${caught.ErrorEquals.join(', ')}" .-> ${id(caught.Next)}`),
  ];
}

/** Nearly every step leads to the same place when it fails: one arrow says so. */
function failureLines(states: Definition['States'], id: (name: string) => string, prefix: string): string[] {
  const targets = Object.values(states).flatMap(({ Catch = [] }) => Catch.filter(({ ErrorEquals }) => ErrorEquals.includes(ANY_ERROR)).map(({ Next }) => Next));
  const [usual] = [...new Set(targets)].sort((a, b) => count(targets, b) - count(targets, a));
  if (usual === undefined) return [];
  const unusual = Object.entries(states).flatMap(([name, { Catch = [] }]) =>
    Catch.filter(({ ErrorEquals, Next }) => ErrorEquals.includes(ANY_ERROR) && Next !== usual).map(({ Next }) => `${id(name)} -. "fails" .-> ${id(Next)}`),
  );
  return [`${prefix}${FAILURE} -.-> ${id(usual)}`, ...unusual];
}

function count(list: readonly string[], item: string): number {
  return list.filter((candidate) => candidate === item).length;
}

function conditionOf({ Next: _next, ...rule }: Choice): string {
  const [operator = '', operand] = Object.entries(rule).find(([key]) => key !== 'Variable' && key !== 'Comment') ?? [];
  if (Array.isArray(operand)) return operand.map((inner) => conditionOf(inner as Choice)).join(operator === 'And' ? ' and ' : ' or ');
  if (operator === 'Not') return `not ${conditionOf(operand as Choice)}`;
  const variable = String(rule['Variable']).replace(/^\$\.?/, '');
  if (operand === true) return variable;
  if (operand === false) return `not ${variable}`;
  return `${variable} = ${String(operand)}`;
}
