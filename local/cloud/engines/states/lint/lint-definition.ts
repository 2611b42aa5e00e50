import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json';
import { anything, integer, oneOf, text } from './field-checks';
import { Findings, type LintFinding } from './lint-finding';
import { lintState, type LintOptions } from './lint-state';
import { STATE_FIELDS } from './state-fields';

/** https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html */
const MOST_STATE_NAME_CHARACTERS = 80;

const SCOPE_FIELDS = { StartAt: text, States: anything };

const MACHINE_FIELDS = {
  ...SCOPE_FIELDS,
  Comment: text,
  Version: oneOf('1.0'),
  TimeoutSeconds: integer(1, 99_999_999),
  QueryLanguage: STATE_FIELDS.Pass.QueryLanguage as (value: Json) => string | undefined,
};

/**
 * Everything in a definition that the interpreter would run differently from AWS or not at all.
 *
 * It says what is unsupported; whether the transitions fit together is asl-validator's matter.
 */
export function lintDefinition(definition: Json, options: LintOptions): readonly LintFinding[] {
  const findings = new Findings(undefined);
  const machine = findings.checkFields(definition, MACHINE_FIELDS);
  if (machine) findings.addAll(lintStates(machine, options));
  return findings.found;
}

function lintStates(scope: JsonObject, options: LintOptions): readonly LintFinding[] {
  if (!isJsonObject(scope.States)) return [];
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const findings = new Findings(name);
    if (name.length > MOST_STATE_NAME_CHARACTERS) findings.add('', `the name has ${name.length} characters, more than ${MOST_STATE_NAME_CHARACTERS}`);
    findings.addAll(lintState(name, state, options));
    if (isJsonObject(state)) findings.addAll(lintInnerScopes(name, state, options));
    return findings.found;
  });
}

function lintInnerScopes(name: string, state: JsonObject, options: LintOptions): readonly LintFinding[] {
  const findings = new Findings(name);
  for (const field of ['ItemProcessor', 'Iterator']) {
    if (field in state) lintScope(state[field], field, { ...SCOPE_FIELDS, Comment: text, ProcessorConfig: anything }, findings, options);
  }
  if (isJsonArray(state.Branches)) {
    state.Branches.forEach((branch, index) => lintScope(branch, `Branches[${index}]`, { ...SCOPE_FIELDS, Comment: text }, findings, options));
  }
  return findings.found;
}

function lintScope(value: Json | undefined, field: string, known: Readonly<Record<string, (value: Json) => string | undefined>>, findings: Findings, options: LintOptions): void {
  const scope = findings.checkFields(value, known, `${field}.`);
  if (scope) findings.addAll(lintStates(scope, options));
}
