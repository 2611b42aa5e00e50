import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import type { HandlerFunction } from './handler-function';
import { permit, type Permission } from './permission';

export interface PipelineStateMachineProps {
  readonly name: string;
  readonly comment: string;
  readonly start: IChainable;
  /** The functions that its states call. */
  readonly functions: readonly HandlerFunction[];
  /** What its states call beside functions. */
  readonly permissions?: readonly Permission[];
  /** Longest that an execution may take. */
  readonly timeout: Duration;
  readonly key: IKey;
}

/** A state machine with its log, tracing, and a role that can call its own functions and nothing else. */
export class PipelineStateMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, comment, start, functions, permissions = [], timeout, key }: PipelineStateMachineProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: RetentionDays.ONE_YEAR,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const { account, region } = Stack.of(this);
    // Only this account's state machines act as the role: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    const conditions = { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': `arn:aws:states:${region}:${account}:stateMachine:*` } };
    this.role = new Role(this, 'Role', { roleName: `${name}-states`, assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions }), description: `${name} acts as this` });
    permit(this.role, { actions: ['lambda:InvokeFunction'], resources: [...new Set(functions.map(({ functionArn }) => functionArn))] });
    for (const permission of permissions) permit(this.role, permission);
    acknowledge(this.role, 'log delivery and X-Ray have no resource-level permissions', 'AwsSolutions-IAM5[Resource::*]');
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: name,
      comment,
      definitionBody: DefinitionBody.fromChainable(start),
      role: this.role,
      timeout,
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
    });
  }
}
