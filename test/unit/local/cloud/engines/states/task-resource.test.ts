import { parseTaskResource } from '../../../../../../local/cloud/engines/states/task-resource';

describe('parseTaskResource', () => {
  test.each([
    ['arn:aws:states:::lambda:invoke', 'lambda', 'invoke', 'request-response'],
    ['arn:aws:states:::lambda:invoke.waitForTaskToken', 'lambda', 'invoke.waitForTaskToken', 'wait-for-task-token'],
    ['arn:aws:states:::sns:publish', 'sns', 'publish', 'request-response'],
    ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution.sync:2', 'run-a-job'],
    ['arn:aws:states:::states:startExecution.sync', 'states', 'startExecution.sync', 'run-a-job'],
    ['arn:aws:states:::aws-sdk:rds:describeDBClusters', 'aws-sdk:rds', 'describeDBClusters', 'request-response'],
    ['arn:aws-cn:states:::dynamodb:putItem', 'dynamodb', 'putItem', 'request-response'],
  ])('reads the integration %s', (resource, resourceType, action, pattern) => {
    expect(parseTaskResource(resource)).toEqual({ kind: 'integration', resourceType, resource: action, pattern });
  });

  test.each(['arn:aws:lambda:eu-west-1:111111111111:function:find', 'arn:aws:lambda:eu-west-1:111111111111:function:find:live', 'arn:aws:lambda:eu-west-1:111111111111:function:find:$LATEST'])(
    'reads the Lambda function %s',
    (functionArn) => {
      expect(parseTaskResource(functionArn)).toEqual({ kind: 'lambda', functionArn });
    },
  );

  test.each(['', 'find', 'arn:aws:states:eu-west-1:111111111111:activity:work', 'arn:aws:states:::lambda', 'arn:aws:states:::lambda:invoke.later', 'arn:aws:lambda:eu-west-1:1:function:find'])(
    'knows nothing of "%s"',
    (resource) => {
      expect(parseTaskResource(resource)).toBeUndefined();
    },
  );
});
