import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sfn';
import { compile, DefinitionRefused, type StateMachine as CompiledMachine } from '../../engines/states/compile';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations, Place } from '../../gateway/service';
import type { ServiceDirectory } from '../../gateway/service-directory';
import type { ServiceRoles } from '../../gateway/service-role';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';
import { integrationProblems } from './check-integrations';
import { groupNameIn, type ExecutionLog } from './execution-log';
import { prepareManagedRule, waitsForExecutions } from './managed-rule';
import { machineArn, type MachineRevision, type StateMachine, type StatesState } from './states-state';

export interface StateMachinePorts {
  readonly context: CloudContext;
  readonly find: ServiceDirectory;
  readonly log: ExecutionLog;
  readonly roles: ServiceRoles;
}

type RevisionInput = Pick<sdk.CreateStateMachineInput, 'loggingConfiguration' | 'tracingConfiguration'> & { readonly definition: string; readonly roleArn: string };

/** What IAM is asked about a state machine. */
export function machineAccess(state: StatesState, { account, region }: Place, arn: string | undefined, options: Partial<Pick<Access, 'action' | 'context'>> = {}): Access {
  const tags = state.in({ account, region }).machines.get(arn ?? '')?.tags ?? {};
  return { ...options, resource: arn ?? '', context: { ...resourceTagContext(tags), ...options.context } };
}

/** The operations on state machines. */
export function stateMachineOperations(state: StatesState, { context, find, log, roles }: StateMachinePorts): Operations<typeof sdk> {
  const byArn = ({ stateMachineArn }: { stateMachineArn: string | undefined }, call: Call) => [machineAccess(state, call, stateMachineArn)];
  const byResource = ({ resourceArn }: { resourceArn: string | undefined }, call: Call) => [machineAccess(state, call, resourceArn)];

  const newRevision = async (place: Place, name: string, input: RevisionInput): Promise<MachineRevision> => {
    const compiled = compiledDefinition(input.definition, find);
    const logging = input.loggingConfiguration ?? { level: 'OFF', includeExecutionData: false };
    await prepareLogging(place, name, input.roleArn, logging);
    if (waitsForExecutions(compiled.definition)) await prepareManagedRule(await roleOf(place, name, input.roleArn));
    return { id: randomUUID(), definition: input.definition, compiled, roleArn: input.roleArn, logging, isTraced: input.tracingConfiguration?.enabled ?? false, at: context.clock.now() };
  };
  const roleOf = (place: Place, name: string, roleArn: string) => roles.clientOf({ roleArn, sourceArn: machineArn(place, name), sessionName: name, place });
  const prepareLogging = async (place: Place, name: string, roleArn: string, { level = 'OFF', destinations = [] }: sdk.LoggingConfiguration): Promise<void> => {
    if (level === 'OFF') return;
    const groups = destinations.map(({ cloudWatchLogsLogGroup }) => groupNameIn(cloudWatchLogsLogGroup?.logGroupArn ?? ''));
    if (groups.length === 0 || groups.includes('')) throw new AwsError('InvalidLoggingConfiguration', 'Invalid Logging Configuration: Must specify exactly one Log Destination.');
    try {
      const role = await roleOf(place, name, roleArn);
      for (const group of groups) await log.prepare(role, place, group);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('AccessDeniedException', 'The state machine IAM Role is not authorized to access the Log Destination', { status: 400 });
    }
  };

  return {
    CreateStateMachine: {
      access: ({ name, roleArn, tags = [] }, call) => {
        const requested = { context: requestTagContext(tagRecord(tags)) };
        const arn = machineArn(call, name ?? '');
        return [machineAccess(state, call, arn, requested), ...(tags.length > 0 ? [machineAccess(state, call, arn, { ...requested, action: 'states:TagResource' })] : []), passRole(roleArn)];
      },
      run: async (input, call) => {
        const { name = '', definition = '', roleArn = '', type = 'STANDARD', tags = [] } = input;
        if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
        requireRole(roleArn);
        const arn = machineArn(call, name);
        const { machines } = state.in(call);
        const existing = machines.get(arn);
        if (existing) {
          if (existing.revision.definition === definition && existing.revision.roleArn === roleArn && existing.type === type) return { stateMachineArn: arn, creationDate: existing.createdAt };
          throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
        }
        const { account, region } = call;
        const revision = await newRevision({ account, region }, name, { ...input, definition, roleArn });
        const machine: StateMachine = { account, region, name, arn, type, createdAt: context.clock.now(), revision, tags: tagRecord(tags) };
        machines.set(arn, machine);
        return { stateMachineArn: arn, creationDate: machine.createdAt };
      },
    },
    UpdateStateMachine: {
      access: ({ stateMachineArn, roleArn }, call) => [machineAccess(state, call, stateMachineArn), ...(roleArn === undefined ? [] : [passRole(roleArn)])],
      run: async (input) => {
        const machine = state.machine(input.stateMachineArn);
        const { definition, roleArn, logging, isTraced } = machine.revision;
        if (input.definition === undefined && input.roleArn === undefined && !input.loggingConfiguration && !input.tracingConfiguration) throw new AwsError('MissingRequiredParameter', 'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified');
        if (input.roleArn !== undefined) requireRole(input.roleArn);
        machine.revision = await newRevision(machine, machine.name, {
          definition: input.definition ?? definition,
          roleArn: input.roleArn ?? roleArn,
          loggingConfiguration: input.loggingConfiguration ?? logging,
          tracingConfiguration: input.tracingConfiguration ?? { enabled: isTraced },
        });
        return { updateDate: machine.revision.at, revisionId: machine.revision.id };
      },
    },
    DeleteStateMachine: {
      access: byArn,
      run: ({ stateMachineArn = '' }, call) => {
        state.in(call).machines.delete(stateMachineArn);
        return {};
      },
    },
    DescribeStateMachine: { access: byArn, run: ({ stateMachineArn }) => describeMachine(state.machine(stateMachineArn)) },
    ListStateMachines: {
      access: () => [{ resource: '*' }],
      run: ({ maxResults, nextToken }, call) => {
        const page = pageOf([...state.in(call).machines.values()], maxResults || 100, nextToken);
        if (!page) throw new AwsError('InvalidToken', 'Invalid Token');
        return { stateMachines: page.items.map(({ arn, name, type, createdAt }) => ({ stateMachineArn: arn, name, type, creationDate: createdAt })), nextToken: page.nextToken };
      },
    },
    ValidateStateMachineDefinition: {
      access: () => [{ resource: '*' }],
      run: ({ definition = '' }) => {
        const diagnostics = definitionProblems(definition, find).map((message) => ({ severity: 'ERROR' as const, code: 'SCHEMA_VALIDATION_FAILED', message }));
        return { result: diagnostics.length === 0 ? 'OK' : 'FAIL', diagnostics };
      },
    },
    TagResource: {
      access: ({ resourceArn, tags = [] }, call) => [machineAccess(state, call, resourceArn, { context: requestTagContext(tagRecord(tags)) })],
      run: ({ resourceArn, tags = [] }) => {
        const machine = tagged(state, resourceArn);
        machine.tags = { ...machine.tags, ...tagRecord(tags) };
        return {};
      },
    },
    UntagResource: {
      access: byResource,
      run: ({ resourceArn, tagKeys = [] }) => {
        const machine = tagged(state, resourceArn);
        machine.tags = Object.fromEntries(Object.entries(machine.tags).filter(([key]) => !tagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: byResource,
      run: ({ resourceArn }) => ({ tags: Object.entries(tagged(state, resourceArn).tags).map(([key, value]) => ({ key, value })) }),
    },
  };
}

export function describeMachine({ arn, name, type, createdAt, revision }: StateMachine) {
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE' as const,
    definition: revision.definition,
    roleArn: revision.roleArn,
    type,
    creationDate: createdAt,
    loggingConfiguration: revision.logging,
    tracingConfiguration: { enabled: revision.isTraced },
    revisionId: revision.id,
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' as const },
  };
}

function compiledDefinition(definition: string, find: ServiceDirectory): CompiledMachine {
  try {
    return compileFor(find, definition);
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error;
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${error.reasons.map(coded).join(', ')}'`);
  }
}

/** Some findings come with a code of their own. */
function coded(problem: string): string {
  return /^[A-Z_]+: /.test(problem) ? problem : `SCHEMA_VALIDATION_FAILED: ${problem}`;
}

function definitionProblems(definition: string, find: ServiceDirectory): readonly string[] {
  try {
    compileFor(find, definition);
    return [];
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.reasons;
    throw error;
  }
}

/** Throws `DefinitionRefused` for what the engine cannot run, and for what none of the cloud's services can do. */
function compileFor(find: ServiceDirectory, definition: string): CompiledMachine {
  const machine = compile(definition);
  const problems = integrationProblems(machine.definition, find);
  if (problems.length > 0) throw new DefinitionRefused(problems);
  return machine;
}

function requireRole(roleArn: string): void {
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn)) throw new AwsError('InvalidArn', `Invalid Role Arn: '${roleArn}'`);
}

function passRole(roleArn: string | undefined): Access {
  return { action: 'iam:PassRole', resource: roleArn ?? '', context: { 'iam:PassedToService': 'states.amazonaws.com' } };
}

function tagRecord(tags: readonly sdk.Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}

function tagged(state: StatesState, arn: string | undefined): StateMachine {
  try {
    return state.machine(arn);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'StateMachineDoesNotExist') throw new AwsError('ResourceNotFound', `Resource not found: '${arn ?? ''}'`);
    throw error;
  }
}
