import { matchesArn, matchesGlob, matchesResource, meansAction, patternOf } from '../../../../../../local/cloud/gateway/iam/pattern';

describe('matchesGlob', () => {
  test.each([
    ['s3:Get*', 's3:GetObject', true],
    ['s3:Get*', 's3:PutObject', false],
    ['s3:*', 's3:', true],
    ['*', '', true],
    ['s3:Get?bject', 's3:GetObject', true],
    ['s3:Get?', 's3:Get', false],
    ['s3:GetObject', 's3:GetObjectAcl', false],
    ['GetObject', 's3:GetObject', false],
    ['a.b(c)[d]{e}^f$g|h+i/j\\k-l', 'a.b(c)[d]{e}^f$g|h+i/j\\k-l', true],
    ['a*c', 'a\nb\nc', true],
    ['?', '🦆', true],
  ])('%s against %s: %s', (pattern, value, expected) => {
    expect(matchesGlob(patternOf(pattern), value)).toBe(expected);
  });

  test('tells capitals apart unless told otherwise', () => {
    expect(matchesGlob(patternOf('s3:get*'), 'S3:GetObject')).toBe(false);
    expect(meansAction('s3:get*', 'S3:GetObject')).toBe(true);
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
describe('matchesResource', () => {
  test.each([
    ['*', 'arn:aws:s3:::exports', true],
    ['*', '*', true],
    ['arn:aws:s3:::exports*', '*', false],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/2/test/3/object.jpg', true],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1///test///object.jpg', true],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket//test/object.jpg', true],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/test/', true],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1-test/object.jpg', false],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/test/object.jpg', false],
    ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/2/test.jpg', false],
    ['arn:aws:s3:::Bucket', 'arn:aws:s3:::bucket', false],
    ['arn:aws:rds:*:111111111111:cluster:*', 'arn:aws:rds:eu-west-1:111111111111:cluster:orders', true],
    ['arn:aws:rds:*:111111111111:cluster:*', 'arn:aws:rds:eu-west-1:222222222222:cluster:orders', false],
    // A star in the middle of a part stays in it; a star at its end may run on past the colon.
    ['arn:aws:rds:eu*1:111111111111:db:x', 'arn:aws:rds:eu-west-1:111111111111:db:x', true],
    ['arn:aws:rds:e*1:db:x', 'arn:aws:rds:eu-west-1:111111111111:db:x', false],
    ['arn:aws:rds:eu-west-1:1*1:db:x', 'arn:aws:rds:eu-west-1:1:other1:db:x', false],
    ['arn:aws:dynamodb:*:table/prod-*', 'arn:aws:dynamodb:us-east-1:111111111111:table/prod-x', true],
    ['arn:aws:sns:*', 'arn:aws:sns:eu-west-1:111111111111:alerts', true],
    ['arn:aws:sns:eu-west-?:111111111111:a', 'arn:aws:sns:eu-west-1:111111111111:a', true],
    ['arn:aws:sns:eu-west-?:111111111111:a', 'arn:aws:sns:eu-west-10:111111111111:a', false],
    ['arn:aws:sns:eu-west-1:111111111111:a?', 'arn:aws:sns:eu-west-1:111111111111:abc', false],
    ['arn:aws:sns:eu-west-1?111111111111:a', 'arn:aws:sns:eu-west-1:111111111111:a', false],
    ['arn:aws:logs:eu-west-1:1:log-group:*:x', 'arn:aws:logs:eu-west-1:1:log-group:a:b:x', true],
    ['arn:aws:logs:eu-west-1:1:log-group?x', 'arn:aws:logs:eu-west-1:1:log-group:x', true],
  ])('%s against %s: %s', (pattern, arn, expected) => {
    expect(matchesResource(patternOf(pattern), arn)).toBe(expected);
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN */
describe('matchesArn', () => {
  test.each([
    ['arn:aws:sns:*:1:a', 'arn:aws:sns:eu-west-1:1:a', true],
    ['arn:aws:dynamodb:*:table/prod-*', 'arn:aws:dynamodb:us-east-1:111111111111:table/prod-x', false],
    ['arn:aws:sns:*', 'arn:aws:sns:eu-west-1:1:a', false],
    ['arn:*:*:*:*:*', 'arn:aws:sns:eu-west-1:1:a:b', true],
    ['arn:*:*:*:*:*', 'alerts', false],
  ])('%s against %s: %s', (pattern, arn, expected) => {
    expect(matchesArn(patternOf(pattern), arn)).toBe(expected);
  });
});
