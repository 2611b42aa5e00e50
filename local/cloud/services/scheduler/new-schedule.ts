import type { CreateScheduleInput } from '@aws-sdk/client-scheduler';
import { SDK_SERVICES } from '../../engines/sdk-integration/sdk-services';
import { InvalidScheduleExpression } from '../../engines/schedule/schedule-error';
import { parseSchedule } from '../../engines/schedule/schedule-expression';
import { isTimeZone } from '../../engines/schedule/time-zone';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Place } from '../../gateway/service';
import { DEFAULT_GROUP, scheduleArn, type Schedule } from './scheduler-state';

/** Services whose targets the local cloud reaches without universal targets. */
const TEMPLATED = ['events', 'lambda', 'sns', 'sqs', 'states'];
/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html#unsupported-api-actions */
const READ_ONLY = /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|retrieve)/;
const UNIVERSAL = /^arn:aws[\w-]*:scheduler:::aws-sdk:([a-z0-9]+):([a-zA-Z0-9]+)$/;

/** Checks a schedule as the API does and makes it. */
export function newSchedule({ account, region }: Place, input: CreateScheduleInput, now: Date, createdAt: Date): Schedule {
  const { Name: name = '', GroupName: group = DEFAULT_GROUP, ScheduleExpression: expression = '', ScheduleExpressionTimezone: timeZone = 'UTC', StartDate, EndDate, FlexibleTimeWindow, Target } = input;
  if (!/^[0-9a-zA-Z\-_.]{1,64}$/.test(name)) throw invalid(`Invalid schedule name: ${name}`);
  if (!isTimeZone(timeZone)) throw invalid(`Invalid Schedule Expression Timezone: ${timeZone}`);
  if (StartDate && EndDate && StartDate >= EndDate) throw invalid('The StartDate you specify must come before the EndDate.');
  const { Mode = 'OFF', MaximumWindowInMinutes: minutes } = FlexibleTimeWindow ?? {};
  if (Mode === 'FLEXIBLE' && (minutes === undefined || minutes < 1 || minutes > 1440)) throw invalid('MaximumWindowInMinutes must be between 1 and 1440 for a flexible time window.');
  if (Mode === 'OFF' && minutes !== undefined) throw invalid('MaximumWindowInMinutes must not be set without a flexible time window.');
  if (!Target) throw invalid('Target is required');
  checkTarget(Target.Arn ?? '', Target.Input);
  return {
    account,
    region,
    name,
    group,
    arn: scheduleArn({ account, region }, group, name),
    expression,
    parsed: parsed(expression),
    timeZone,
    startDate: StartDate,
    endDate: EndDate,
    isEnabled: input.State !== 'DISABLED',
    description: input.Description,
    kmsKeyArn: input.KmsKeyArn,
    target: Target,
    window: { Mode, ...(minutes !== undefined && { MaximumWindowInMinutes: minutes }) },
    afterCompletion: input.ActionAfterCompletion ?? 'NONE',
    createdAt,
    modifiedAt: now,
    timer: undefined,
  };
}

/** The service and action of a universal target; nothing for other targets. */
export function universalTarget(arn: string): { readonly service: string; readonly action: string } | undefined {
  const [, service, action] = UNIVERSAL.exec(arn) ?? [];
  return service === undefined || action === undefined ? undefined : { service, action };
}

function checkTarget(arn: string, input: string | undefined): void {
  const universal = universalTarget(arn);
  if (universal) {
    if (!Object.hasOwn(SDK_SERVICES, universal.service)) throw invalid(`Invalid RequestJson provided. Reason: ${universal.service} is no service of the local cloud.`);
    if (READ_ONLY.test(universal.action)) throw invalid(`Provided Arn is not in correct format: ${universal.action} only reads, which universal targets do not do.`);
    if (input === undefined) throw invalid('Input is required for universal targets.');
    return;
  }
  if (!TEMPLATED.includes(parseArn(arn)?.service ?? '')) throw new AwsError('NotImplemented', `the local cloud does not emulate the target ${arn}`, { status: 501 });
}

function parsed(expression: string): Schedule['parsed'] {
  try {
    return parseSchedule(expression);
  } catch (error) {
    if (error instanceof InvalidScheduleExpression) throw invalid(`Invalid Schedule Expression ${expression}. ${error.message}`);
    throw error;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
