import { parseAwsEndpoint } from '../../../../../local/cloud/network/aws-endpoint-name';
import { matchesName, privateNamesOf } from '../../../../../local/cloud/network/endpoint-private-names';

describe('the names of AWS endpoints', () => {
  test.each([
    ['rds.eu-west-1.amazonaws.com', 'rds', 'eu-west-1'],
    ['sts.amazonaws.com', 'sts', 'aws-global'],
    ['iam.amazonaws.com', 'iam', 'aws-global'],
    ['s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
    ['s3.amazonaws.com', 's3', 'us-east-1'],
    ['bucket.with.dots.s3.ap-southeast-2.amazonaws.com', 's3', 'ap-southeast-2'],
    ['bucket.s3.dualstack.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
    ['111111111111.ddb.eu-west-1.amazonaws.com', 'dynamodb', 'eu-west-1'],
    ['api.ecr.eu-west-1.amazonaws.com', 'ecr.api', 'eu-west-1'],
    ['sts-fips.us-gov-west-1.amazonaws.com', 'sts', 'us-gov-west-1'],
    ['KMS.eu-west-1.amazonaws.com', 'kms', 'eu-west-1'],
  ])('%s is %s in %s', (host, service, region) => {
    expect(parseAwsEndpoint(host)).toEqual({ service, region });
  });

  test.each(['orders.cluster-abc.eu-west-1.rds.amazonaws.com', 'warehouse.abc.eu-west-1.redshift.amazonaws.com', 'example.com', 'amazonaws.com', 'evil-amazonaws.com', '10.0.0.1'])(
    '%s is none',
    (host) => {
      expect(parseAwsEndpoint(host)).toBeUndefined();
    },
  );

  test.each([
    ['com.amazonaws.eu-west-1.secretsmanager', 'secretsmanager.eu-west-1.amazonaws.com', true],
    ['com.amazonaws.eu-west-1.ecr.api', 'api.ecr.eu-west-1.amazonaws.com', true],
    ['com.amazonaws.eu-west-1.ecr.dkr', '111111111111.dkr.ecr.eu-west-1.amazonaws.com', true],
    ['com.amazonaws.eu-west-1.sts', 'sts.us-east-1.amazonaws.com', false],
    ['com.amazonaws.vpce.eu-west-1.vpce-svc-1', 'vpce-svc-1.eu-west-1.amazonaws.com', false],
  ])('an interface endpoint for %s answers to %s: %s', (serviceName, host, answers) => {
    expect(privateNamesOf(serviceName).some((pattern) => matchesName(pattern, host))).toBe(answers);
  });
});
