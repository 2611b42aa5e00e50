import { compile, DefinitionRefused } from '../../../../../../local/cloud/engines/states/compile';
import { FUNCTION_ARN, INVOKE, machineOf } from '../../../../../support/run-state-machine';

const WAIT_FOR_TOKEN = `${INVOKE}.waitForTaskToken`;
const END = { Type: 'Succeed' };
const pass = (fields: object) => ({ Type: 'Pass', End: true, ...fields });
const task = (fields: object) => ({ Type: 'Task', Resource: INVOKE, End: true, ...fields });
const map = (fields: object, processor: object = {}) => ({ Type: 'Map', End: true, ItemProcessor: { ...machineOf({ Item: pass({}) }), ...processor }, ...fields });
const choice = (rule: object) => machineOf({ A: { Type: 'Choice', Choices: [{ Next: 'B', ...rule }] }, B: END });

function reasonsAgainst(definition: unknown, jobIntegrations?: readonly string[]): readonly string[] {
  try {
    compile(JSON.stringify(definition), jobIntegrations && { jobIntegrations });
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.reasons;
    throw error;
  }
  return [];
}

describe('compile', () => {
  test.each<[string, object]>([
    ['every field a Task may have', machineOf({ A: task({ Comment: 'c', QueryLanguage: 'JSONPath', InputPath: '$', OutputPath: null, Parameters: { 'a.$': '$.a' }, ResultSelector: { 'b.$': '$.b' }, ResultPath: null, TimeoutSecondsPath: '$.t', Credentials: { RoleArn: 'arn:aws:iam::1:role/x' } }) })],
    ['every field a Map may have', machineOf({ A: map({ ItemsPath: '$.a', ItemSelector: { 'v.$': '$$.Map.Item.Value' }, MaxConcurrencyPath: '$.c', ToleratedFailureCountPath: '$.f', ToleratedFailurePercentage: 20 }, { ProcessorConfig: { Mode: 'INLINE' } }) })],
    ['the former names of the Map fields', machineOf({ A: { Type: 'Map', End: true, Iterator: machineOf({ I: pass({}) }), Parameters: { 'v.$': '$' } } })],
    ['a machine of all its fields', machineOf({ A: pass({}) }, { Comment: 'c', Version: '1.0', TimeoutSeconds: 60, QueryLanguage: 'JSONPath' })],
    ['a Fail state with intrinsic functions', machineOf({ A: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{}', $.c)" } })],
    ['a Retrier of all its fields', machineOf({ A: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 0, BackoffRate: 1, MaxDelaySeconds: 9, JitterStrategy: 'FULL' }, { ErrorEquals: ['States.ALL'] }] }) })],
    ['heartbeats of a callback', machineOf({ A: task({ Resource: WAIT_FOR_TOKEN, HeartbeatSeconds: 5, TimeoutSeconds: 6 }) })],
    ['a Lambda function by its ARN', machineOf({ A: task({ Resource: FUNCTION_ARN }) })],
    ['a nested state machine that runs to its end', machineOf({ A: task({ Resource: 'arn:aws:states:::states:startExecution.sync:2' }) })],
  ])('accepts %s', (_case, definition) => {
    expect(reasonsAgainst(definition)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['JSONata for the machine', machineOf({ A: pass({}) }, { QueryLanguage: 'JSONata' }), 'QueryLanguage: "JSONata" is not supported, only JSONPath is'],
    ['JSONata for a state', machineOf({ A: pass({ QueryLanguage: 'JSONata' }) }), 'state "A": QueryLanguage: "JSONata" is not supported, only JSONPath is'],
    ['Arguments', machineOf({ A: task({ Arguments: {} }) }), 'state "A": Arguments: belongs to JSONata, which is not supported'],
    ['Output', machineOf({ A: pass({ Output: 1 }) }), 'state "A": Output: belongs to JSONata, which is not supported'],
    ['Items', machineOf({ A: map({ Items: [1] }) }), 'state "A": Items: belongs to JSONata, which is not supported'],
    ['a Condition', choice({ Condition: true }), 'state "A": Choices[0].Condition: belongs to JSONata, which is not supported'],
    ['Assign', machineOf({ A: pass({ Assign: { x: 1 } }) }), 'state "A": Assign: variables are not supported'],
    ['Assign of a catcher', machineOf({ A: task({ Catch: [{ ErrorEquals: ['E'], Assign: {}, Next: 'B' }] }), B: END }), 'state "A": Catch[0].Assign: variables are not supported'],
    ['a variable', machineOf({ A: pass({ Parameters: { 'x.$': '$name.first' } }) }), 'variables are not supported'],
    ['a distributed Map', machineOf({ A: map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }) }), 'state "A": ItemProcessor.ProcessorConfig.Mode: "DISTRIBUTED" is not supported, only INLINE is'],
    ['ItemReader', machineOf({ A: map({ ItemReader: {} }) }), 'state "A": ItemReader: belongs to distributed Map states'],
    ['ItemBatcher', machineOf({ A: map({ ItemBatcher: {} }) }), 'state "A": ItemBatcher: belongs to distributed Map states'],
    ['ResultWriter', machineOf({ A: map({ ResultWriter: {} }) }), 'state "A": ResultWriter: belongs to distributed Map states'],
    ['an activity', machineOf({ A: task({ Resource: 'arn:aws:states:eu-west-1:111111111111:activity:x' }) }), 'state "A": Resource: must be the ARN of a Lambda function or of a service integration'],
    ['a job of another service', machineOf({ A: task({ Resource: 'arn:aws:states:::ecs:runTask.sync' }) }), 'state "A": Resource: runs a job, which is supported only for states:startExecution.sync, states:startExecution.sync:2'],
    ['heartbeats that nothing can send', machineOf({ A: task({ HeartbeatSeconds: 5 }) }), 'state "A": HeartbeatSeconds: needs a .waitForTaskToken resource'],
    ['a heartbeat as long as the timeout', machineOf({ A: task({ Resource: WAIT_FOR_TOKEN, HeartbeatSeconds: 6, TimeoutSeconds: 6 }) }), 'HeartbeatSeconds: must be below TimeoutSeconds, 6, but is 6'],
    ['two forms of one field', machineOf({ A: task({ TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }) }), 'state "A": TimeoutSecondsPath: excludes TimeoutSeconds'],
    ['an unknown field', machineOf({ A: pass({ Retries: [] }) }), 'state "A": Retries: is not a field that is supported here'],
    ['a field of another type of state', machineOf({ A: { Type: 'Wait', Seconds: 1, Retry: [], End: true } }), 'state "A": Retry: is not a field that is supported here'],
    ['an unknown field of the machine', machineOf({ A: pass({}) }, { Timeout: 5 }), 'Timeout: is not a field that is supported here'],
    ['an unknown type of state', machineOf({ A: { Type: 'Loop' } }), 'state "A": Type: must be one of Task, Pass, Choice'],
    ['a broken path', machineOf({ A: pass({ InputPath: '$.a[' }) }), 'state "A": InputPath: "$.a[" cannot be read at position 4'],
    ['an indefinite ResultPath', machineOf({ A: pass({ ResultPath: '$.a[*]' }) }), 'state "A": ResultPath: path "$.a[*]" must name a single place'],
    ['a ResultPath into the context object', machineOf({ A: pass({ ResultPath: '$$.x' }) }), 'state "A": ResultPath: must not write into the context object'],
    ['an unknown intrinsic function deep in a template', machineOf({ A: pass({ Parameters: { a: [{ 'b.$': 'States.Now()' }] } }) }), 'state "A": Parameters: field "b.$": "States.Now()" cannot be read at position 10: there is no intrinsic function States.Now'],
    ['a dynamic field that is no string', machineOf({ A: pass({ Parameters: { 'b.$': 1 } }) }), 'field "b.$": must be a path or an intrinsic function but is 1'],
    ['a negative wait', machineOf({ A: { Type: 'Wait', Seconds: -1, End: true } }), 'state "A": Seconds: must be a whole number from 0'],
    ['a wait for no timestamp', machineOf({ A: { Type: 'Wait', Timestamp: 'tomorrow', End: true } }), 'state "A": Timestamp: must be a timestamp such as'],
    ['a timeout of zero', machineOf({ A: task({ TimeoutSeconds: 0 }) }), 'state "A": TimeoutSeconds: must be a whole number from 1'],
    ['a BackoffRate below 1', machineOf({ A: task({ Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }) }), 'state "A": Retry[0].BackoffRate: must be a number from 1'],
    ['an unknown JitterStrategy', machineOf({ A: task({ Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'HALF' }] }) }), 'state "A": Retry[0].JitterStrategy: must be one of FULL, NONE but is "HALF"'],
    ['a Retrier without errors', machineOf({ A: task({ Retry: [{ MaxAttempts: 1 }] }) }), 'state "A": Retry[0].ErrorEquals: is missing'],
    ['States.ALL beside another error', machineOf({ A: task({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }) }), 'state "A": Retry[0].ErrorEquals: must name States.ALL alone'],
    ['States.ALL before another handler', machineOf({ A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }, { ErrorEquals: ['E'], Next: 'B' }] }), B: END }), 'state "A": Catch[0].ErrorEquals: must name States.ALL in the last item only'],
    ['a comparison with the wrong type', choice({ Variable: '$.a', NumericEquals: '1' }), 'state "A": Choices[0].NumericEquals: must be a number'],
    ['an unknown comparison', choice({ Variable: '$.a', StringContains: '1' }), 'state "A": Choices[0].StringContains: is not a field that is supported here'],
    ['two comparisons in a rule', choice({ Variable: '$.a', NumericEquals: 1, IsPresent: true }), 'state "A": Choices[0]: must have exactly one of And, Or, Not or a comparison but has NumericEquals, IsPresent'],
    ['a comparison without a variable', choice({ NumericEquals: 1 }), 'state "A": Choices[0]: must have a Variable'],
    ['Next in an inner rule', choice({ Not: { Variable: '$.a', IsNull: true, Next: 'B' } }), 'state "A": Choices[0].Not.Next: is not a field that is supported here'],
    ['an empty And', choice({ And: [] }), 'state "A": Choices[0].And: must be a list of at least one rule'],
    ['a pattern with an open backslash', choice({ Variable: '$.a', StringMatches: 'a\\b' }), 'state "A": Choices[0].StringMatches: has a backslash that escapes neither'],
    ['a name of 81 characters', machineOf({ ['A'.repeat(81)]: pass({}) }), 'the name has 81 characters, more than 80'],
    ['a fault inside a branch', machineOf({ A: { Type: 'Parallel', End: true, Branches: [machineOf({ B: pass({ Assign: {} }) })] } }), 'state "B": Assign: variables are not supported'],
    ['a fault inside an item processor', machineOf({ A: map({}, machineOf({ B: pass({ Assign: {} }) })) }), 'state "B": Assign: variables are not supported'],
    ['a transition to nowhere', machineOf({ A: { Type: 'Pass', Next: 'B' } }), 'MISSING_TRANSITION_TARGET'],
    ['a state without Next and End', machineOf({ A: { Type: 'Pass' } }), 'TERMINAL'],
    ['the same name in two branches', machineOf({ A: { Type: 'Parallel', End: true, Branches: [machineOf({ B: pass({}) }), machineOf({ B: pass({}) })] } }), 'DUPLICATE'],
    ['a Task without a resource', machineOf({ A: { Type: 'Task', End: true } }), 'state "A": Resource: must be the ARN of a Lambda function'],
    ['a Map without a processor', machineOf({ A: { Type: 'Map', End: true } }), 'MAP_ITEM_PROCESSOR'],
  ])('refuses %s', (_case, definition, reason) => {
    expect(reasonsAgainst(definition).join('\n')).toContain(reason);
  });

  test('takes the job integrations from whoever runs the tasks', () => {
    const definition = machineOf({ A: task({ Resource: 'arn:aws:states:::ecs:runTask.sync' }) });

    expect(reasonsAgainst(definition, ['ecs:runTask.sync'])).toEqual([]);
  });

  test('names all faults at once', () => {
    expect(reasonsAgainst(machineOf({ A: task({ Assign: {}, TimeoutSeconds: 0 }), B: pass({ Output: 1 }) }))).toHaveLength(3);
  });

  test.each([
    ['{', 'the definition is not JSON'],
    ['[]', 'the definition must be an object but is []'],
    ['{"StartAt":"A","States":{"A":null}}', 'state "A": Type: must be one of'],
    ['{"StartAt":"A","States":[]}', ''],
    ['{"StartAt":"A"}', ''],
    ['{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[null],"Retry":{},"Catch":[1],"End":true}}}', 'Branches[0]: must be an object'],
    ['{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":{}}}}', 'Choices: must be a list of at least one rule'],
  ])('refuses %s, whatever shape it has', (text, reason) => {
    expect(() => compile(text)).toThrow(DefinitionRefused);
    expect(() => compile(text)).toThrow(reason);
  });

  test('leaves the definition as it was written', () => {
    const definition = machineOf({ A: pass({}) });

    expect(compile(JSON.stringify(definition)).definition).toEqual(definition);
  });
});
