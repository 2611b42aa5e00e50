import type { CloudAssembly } from '../../local/cloud/deploy/cloud-assembly';
import { stackDiagram, type DrawnStack } from './stack-diagram';
import { stateMachineDiagram, type Definition } from './state-machine-diagram';

/** Draws what a document asks for: the stacks of a system, or one state machine. Throws naming what there is. */
export function drawFrom({ stacks }: Pick<CloudAssembly, 'stacks'>, accounts: Readonly<Record<string, string>>) {
  return (kind: string, argument: string): string => {
    switch (kind) {
      case 'stacks': {
        const systems = [...new Set(stacks.map(({ tags }) => tags['holdfast:system'] ?? ''))];
        const drawn = stacks.filter(({ tags }) => tags['holdfast:system'] === argument);
        if (drawn.length === 0) throw new Error(`there is no system ${argument}, only ${systems.join(', ')}`);
        return stackDiagram(drawn, accounts);
      }
      case 'state-machine': {
        const machines = new Map((stacks as unknown as readonly DrawnStack[]).flatMap(machinesOf));
        const definition = machines.get(argument);
        if (!definition) throw new Error(`there is no state machine ${argument}, only ${[...machines.keys()].join(', ')}`);
        return stateMachineDiagram(definition);
      }
      default:
        throw new Error(`there are diagrams of stacks and of a state-machine, not of ${kind}`);
    }
  };
}

function machinesOf({ template }: DrawnStack): (readonly [string, Definition])[] {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine')
    .map(({ Properties = {} }) => [String(Properties['StateMachineName']), JSON.parse(definitionText(Properties['DefinitionString'])) as Definition]);
}

/** The definition with a word in place of each reference to a resource: a diagram shows none of them. */
function definitionText(definition: unknown): string {
  if (typeof definition === 'string') return definition;
  const [, parts] = (definition as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
}
