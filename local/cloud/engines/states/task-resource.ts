/** How the execution goes on after the request: with its answer, when the started job ends, or when somebody returns the token. */
export type IntegrationPattern = 'request-response' | 'run-a-job' | 'wait-for-task-token';

/** What the `Resource` of a Task state asks for. */
export type TaskResource =
  | { readonly kind: 'lambda'; readonly functionArn: string }
  | {
      readonly kind: 'integration';
      /** As the history names it, such as `lambda`, `states` or `aws-sdk:rds`. */
      readonly resourceType: string;
      /** As the history names it, pattern included, such as `invoke.waitForTaskToken`. */
      readonly resource: string;
      readonly pattern: IntegrationPattern;
    };

const LAMBDA_FUNCTION = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const INTEGRATION = /^arn:aws[a-z-]*:states:::(aws-sdk:[a-z0-9]+|[a-z0-9-]+):([a-zA-Z0-9]+)(\.sync|\.sync:2|\.waitForTaskToken)?$/;

/** Reads the `Resource` of a Task state; undefined for one that is neither a Lambda function nor a service integration. */
export function parseTaskResource(resource: string): TaskResource | undefined {
  if (LAMBDA_FUNCTION.test(resource)) return { kind: 'lambda', functionArn: resource };
  const [, resourceType, action, suffix = ''] = INTEGRATION.exec(resource) ?? [];
  if (resourceType === undefined || action === undefined) return undefined;
  const pattern = suffix === '.waitForTaskToken' ? 'wait-for-task-token' : suffix === '' ? 'request-response' : 'run-a-job';
  return { kind: 'integration', resourceType, resource: `${action}${suffix}`, pattern };
}
