import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { Operations } from '../../gateway/service';
import { moveStage, PENDING, type Secret } from './secret';
import { secretAccess } from './secret-access';
import { SERVICE_PRINCIPAL } from './secret-encryption';
import type { SecretPorts } from './secret-operations';
import { checkMayChange } from './secret-rules';

const HOUR_MS = 3_600_000;
/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Rotation by a function of the owner's, on demand and on schedule. */
export function rotationOperations({ state, clock }: SecretPorts, context: CloudContext): Operations<typeof sdk> {
  const rotate = async (secret: Secret, lambdaArn: string, token: string): Promise<void> => {
    moveStage(secret, PENDING, pendingVersion(secret, token, clock.now()));
    const lambda = context.as(servicePrincipal(SERVICE_PRINCIPAL, secret.account, secret.arn), secret);
    for (const Step of STEPS) {
      const payload = JSON.stringify({ Step, SecretId: secret.arn, ClientRequestToken: token, RotationToken: token });
      const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: lambdaArn, Payload: Buffer.from(payload) }));
      // What is pending stays so: the next rotation begins with it. https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
      if (FunctionError) return;
    }
    if (secret.rotation) secret.rotation.lastAt = clock.now();
  };
  const schedule = (secret: Secret): void => {
    const { rotation } = secret;
    const intervalMs = rotation && intervalOf(rotation.rules);
    if (!rotation || intervalMs === undefined) return;
    const timer = clock.after(intervalMs, () => {
      start(secret, rotation.lambdaArn, randomUUID());
      schedule(secret);
    });
    rotation.next = { at: new Date(clock.nowMs() + intervalMs), timer };
  };
  const start = (secret: Secret, lambdaArn: string, token: string): void => {
    clock.whileWorking(() => rotate(secret, lambdaArn, token)).catch((error: Error) => {
      if (!(error instanceof AwsError)) context.reportDefect(error, `rotation of ${secret.arn}`);
    });
  };
  return {
    RotateSecret: {
      access: (input, call) => [
        ...secretAccess(state, input.SecretId, call, {
          'secretsmanager:RotateImmediately': input.RotateImmediately ?? true,
          ...(input.RotationLambdaARN !== undefined && { 'secretsmanager:RotationLambdaARN': input.RotationLambdaARN }),
          ...(input.RotationRules && { 'secretsmanager:ModifyRotationRules': true }),
        }),
        // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html: the caller has to be able to invoke the function.
        ...(input.RotationLambdaARN === undefined ? [] : [{ action: 'lambda:InvokeFunction', resource: input.RotationLambdaARN }]),
      ],
      run: (input, call) => {
        const secret = state.named(input.SecretId, call);
        checkMayChange(secret, call);
        const lambdaArn = input.RotationLambdaARN ?? secret.rotation?.lambdaArn;
        if (lambdaArn === undefined) throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
        secret.rotation?.next?.timer.cancel();
        secret.rotation = { lambdaArn, rules: input.RotationRules ?? secret.rotation?.rules ?? {}, lastAt: secret.rotation?.lastAt, next: undefined };
        schedule(secret);
        const token = input.ClientRequestToken ?? randomUUID();
        if (input.RotateImmediately ?? true) start(secret, lambdaArn, token);
        return { ARN: secret.arn, Name: secret.name, VersionId: token };
      },
    },
    CancelRotateSecret: {
      access: ({ SecretId }, call) => secretAccess(state, SecretId, call),
      run: ({ SecretId }, call) => {
        const secret = state.named(SecretId, call);
        secret.rotation?.next?.timer.cancel();
        secret.rotation = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    },
  };
}

function pendingVersion(secret: Secret, token: string, now: Date) {
  const version = secret.versions.get(token) ?? { id: token, createdAt: now, isBinary: false, sealed: undefined, stages: new Set<string>(), lastAccessedAt: undefined };
  secret.versions.set(token, version);
  return version;
}

/** Cron schedules are refused: nothing here needs a rotation at a certain hour. */
function intervalOf({ AutomaticallyAfterDays, ScheduleExpression }: NonNullable<Secret['rotation']>['rules']): number | undefined {
  if (AutomaticallyAfterDays !== undefined) return AutomaticallyAfterDays * 24 * HOUR_MS;
  if (ScheduleExpression === undefined) return undefined;
  const [, count, unit = ''] = /^rate\((\d+) (hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
  if (count === undefined) throw new AwsError('InvalidParameterException', `ScheduleExpression is ${ScheduleExpression}, allowed in the local cloud: rate(n hours) or rate(n days)`);
  return Number(count) * (unit === 'day' ? 24 : 1) * HOUR_MS;
}
