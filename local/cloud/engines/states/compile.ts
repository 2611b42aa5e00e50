import type { MachineDefinition } from './definition';
import { validateDefinition } from './definition-validator';
import { isJsonObject, type Json } from './json';
import { lintDefinition } from './lint/lint-definition';
import type { LintFinding } from './lint/lint-finding';
import type { LintOptions } from './lint/lint-state';

/** A state machine that can be run: it asks for nothing the interpreter would ignore. */
export interface StateMachine {
  readonly definition: MachineDefinition;
}

/** A definition that is not run, with everything that speaks against it. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';

  constructor(readonly reasons: readonly string[]) {
    super(`the state machine definition is refused:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
  }
}

const DEFAULT_OPTIONS: LintOptions = { jobIntegrations: ['states:startExecution.sync', 'states:startExecution.sync:2'] };

/** Checks a definition, as JSON text, and makes it ready to run. Throws `DefinitionRefused` with all findings at once. */
export function compile(definitionJson: string, options: LintOptions = DEFAULT_OPTIONS): StateMachine {
  const definition = parse(definitionJson);
  if (!isJsonObject(definition)) throw new DefinitionRefused([`the definition must be an object but is ${definitionJson.slice(0, 80)}`]);
  const findings = lintDefinition(definition, options).map(describe);
  // The validator writes into what it is given.
  const errors = findings.length > 0 ? [] : validateDefinition(structuredClone(definition)).errors;
  const reasons = [...findings, ...errors.map((error) => `${error['Error code']}: ${error.Message}`)];
  if (reasons.length > 0) throw new DefinitionRefused(reasons);
  return { definition: definition as unknown as MachineDefinition };
}

function parse(definitionJson: string): Json {
  try {
    return JSON.parse(definitionJson) as Json;
  } catch (error) {
    throw new DefinitionRefused([`the definition is not JSON: ${(error as Error).message}`]);
  }
}

function describe({ state, field, message }: LintFinding): string {
  return [state === undefined ? undefined : `state "${state}"`, field || undefined, message].filter((part) => part !== undefined).join(': ');
}
