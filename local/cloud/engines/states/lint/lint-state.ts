import type { StateType } from '../definition';
import { ERROR } from '../failure';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json';
import { parseTaskResource } from '../task-resource';
import { type FieldCheck } from './field-checks';
import { lintChoices } from './lint-choice';
import { Findings, type LintFinding } from './lint-finding';
import { CATCHER_FIELDS, EXCLUSIVE_FIELDS, RETRIER_FIELDS, STATE_FIELDS } from './state-fields';

/** What the surroundings of the interpreter can do, which decides what a definition may ask for. */
export interface LintOptions {
  /** The `.sync` integrations that the task runner sees through to the end, such as `states:startExecution.sync:2`. */
  readonly jobIntegrations: readonly string[];
}

/** Lints one state, but not the states inside it. */
export function lintState(name: string, value: Json, options: LintOptions): readonly LintFinding[] {
  const findings = new Findings(name);
  const type = isJsonObject(value) ? value.Type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(STATE_FIELDS, type)) {
    findings.add('Type', `must be one of ${Object.keys(STATE_FIELDS).join(', ')} but is ${JSON.stringify(type)}`);
    return findings.found;
  }
  const state = findings.checkFields(value, STATE_FIELDS[type as StateType]);
  if (!state) return findings.found;
  for (const group of EXCLUSIVE_FIELDS) {
    const present = group.filter((field) => field in state);
    if (present.length > 1) findings.add(present[1] as string, `excludes ${present[0]}`);
  }
  if (state.Retry !== undefined) lintHandlers(state.Retry, 'Retry', RETRIER_FIELDS, findings);
  if (state.Catch !== undefined) lintHandlers(state.Catch, 'Catch', CATCHER_FIELDS, findings);
  if (type === 'Task') lintTask(state, options, findings);
  if (type === 'Choice') lintChoices(state.Choices, findings);
  if (type === 'Map') lintProcessorConfig(state, findings);
  return findings.found;
}

function lintTask(state: JsonObject, { jobIntegrations }: LintOptions, findings: Findings): void {
  const resource = typeof state.Resource === 'string' ? parseTaskResource(state.Resource) : undefined;
  if (!resource) return findings.add('Resource', `must be the ARN of a Lambda function or of a service integration but is ${JSON.stringify(state.Resource)}`);
  const isJob = resource.kind === 'integration' && resource.pattern === 'run-a-job';
  if (isJob && !jobIntegrations.includes(`${resource.resourceType}:${resource.resource}`)) {
    findings.add('Resource', `runs a job, which is supported only for ${jobIntegrations.join(', ') || 'nothing'}`);
  }
  const waits = resource.kind === 'integration' && resource.pattern === 'wait-for-task-token';
  for (const field of ['HeartbeatSeconds', 'HeartbeatSecondsPath']) {
    if (field in state && !waits) findings.add(field, 'needs a .waitForTaskToken resource: nothing else can send heartbeats');
  }
  if (typeof state.HeartbeatSeconds === 'number' && typeof state.TimeoutSeconds === 'number' && state.HeartbeatSeconds >= state.TimeoutSeconds) {
    findings.add('HeartbeatSeconds', `must be below TimeoutSeconds, ${state.TimeoutSeconds}, but is ${state.HeartbeatSeconds}`);
  }
}

/** Retriers or catchers: their fields, and States.ALL alone and last, where it hides no other. */
function lintHandlers(value: Json, field: 'Retry' | 'Catch', known: Readonly<Record<string, FieldCheck>>, findings: Findings): void {
  if (!isJsonArray(value)) return findings.add(field, `must be a list but is ${JSON.stringify(value)}`);
  value.forEach((item, index) => {
    const handler = findings.checkFields(item, known, `${field}[${index}].`);
    if (!handler) return;
    const errors = handler.ErrorEquals;
    if (errors === undefined) findings.add(`${field}[${index}].ErrorEquals`, 'is missing');
    if (!isJsonArray(errors) || !errors.includes(ERROR.ALL)) return;
    if (errors.length > 1) findings.add(`${field}[${index}].ErrorEquals`, `must name ${ERROR.ALL} alone`);
    if (index < value.length - 1) findings.add(`${field}[${index}].ErrorEquals`, `must name ${ERROR.ALL} in the last item only`);
  });
}

function lintProcessorConfig(state: JsonObject, findings: Findings): void {
  const field = 'Iterator' in state ? 'Iterator' : 'ItemProcessor';
  const processor = state[field];
  const config = isJsonObject(processor) ? processor.ProcessorConfig : undefined;
  if (config === undefined) return;
  findings.checkFields(
    config,
    { Mode: (mode) => (mode === 'INLINE' ? undefined : `${JSON.stringify(mode)} is not supported, only INLINE is`) },
    `${field}.ProcessorConfig.`,
  );
}
