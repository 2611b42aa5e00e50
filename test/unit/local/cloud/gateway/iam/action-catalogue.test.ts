import { ImpossibleAccess, loadActionCatalogue, type ActionCatalogue } from '../../../../../../local/cloud/gateway/iam/action-catalogue';
import { unknownActions } from '../../../../../../local/cloud/gateway/iam/unknown-actions';
import { allow, HOME, KEY, policy } from './fixtures';

let catalogue: ActionCatalogue;

beforeAll(async () => {
  catalogue = await loadActionCatalogue(['s3', 'kms', 'RDS', 'redshift', 'logs', 'secretsmanager', 'sqs', 'backup', 'nosuchservice']);
});

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${HOME}:${resource}`;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/ */
describe('ActionCatalogue', () => {
  test.each([
    ['kms:CreateGrant', true],
    ['KMS:creategrant', true],
    ['s3:ListBucket', true],
    ['s3:ListObjectsV2', false],
    ['nosuchservice:Anything', false],
  ])('knows whether there is %s: %s', (action, expected) => {
    expect(catalogue.has(action)).toBe(expected);
  });

  test('describes an action in AWS’s own spelling', () => {
    expect(catalogue.describe('kms:creategrant')).toMatchObject({
      name: 'kms:CreateGrant',
      resourceTypes: [{ name: 'key', arn: 'arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}', required: true }],
    });
  });

  test('fails to describe what does not exist', () => {
    expect(() => catalogue.describe('s3:ListObjectsV2')).toThrow(ImpossibleAccess);
  });

  test('fails for a service that was not loaded', () => {
    expect(() => catalogue.has('sns:Publish')).toThrow('the actions of sns are not loaded');
  });

  test.each([
    ['kms:Decrypt', KEY, true],
    ['kms:Decrypt', arn('kms', 'alias/orders'), false],
    ['kms:Decrypt', '*', false],
    ['kms:ListKeys', '*', true],
    ['kms:ListKeys', KEY, false],
    ['s3:ListBucket', 'arn:aws:s3:::exports', true],
    ['s3:ListBucket', 'arn:aws:s3:::exports/orders/1.parquet', false],
    ['s3:GetObject', 'arn:aws:s3:::exports/orders/a:b.parquet', true],
    ['s3:GetObject', 'arn:aws:s3:::exports', false],
    ['rds:CopyDBClusterSnapshot', arn('rds', 'cluster-snapshot:rds:orders-2026-01-31'), true],
    ['rds:CopyDBClusterSnapshot', arn('rds', 'snapshot:orders'), false],
    ['rds:DescribeDBClusters', '*', true],
    ['rds:DescribeDBClusters', arn('rds', 'cluster:*'), true],
    ['redshift:DeleteClusterSnapshot', arn('redshift', 'snapshot:orders/nightly-1'), true],
    ['redshift:DeleteClusterSnapshot', arn('redshift', 'snapshot:orders'), false],
    ['redshift:DeleteClusterSnapshot', arn('redshift', 'snapshot:orders:2/nightly-1'), false],
    ['logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/find:log-stream:2026/01/31'), true],
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:orders/writer-AbCdEf'), true],
    ['sqs:SendMessage', arn('sqs', 'failures'), true],
    ['sqs:SendMessage', arn('sns', 'failures'), false],
    ['backup:DescribeRecoveryPoint', `arn:aws:rds:eu-west-1:${HOME}:snapshot:awsbackup-1`, true],
  ])('knows whether %s can be about %s: %s', (action, resource, expected) => {
    expect(catalogue.accepts(action, resource)).toBe(expected);
  });

  test('fails for an impossible pair and says what is possible', () => {
    expect(() => catalogue.requirePossible('kms:decrypt', '*')).toThrow(
      new ImpossibleAccess('kms:Decrypt is never about *, allowed: arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}'),
    );
    expect(() => catalogue.requirePossible('kms:ListKeys', KEY)).toThrow(`kms:ListKeys is never about ${KEY}, allowed: *`);
    expect(() => catalogue.requirePossible('kms:Decrypt', KEY)).not.toThrow();
  });

  test.each([
    ['kms:Decrypt', 'kms:ViaService', true],
    ['kms:Decrypt', 'KMS:viaservice', true],
    ['kms:Decrypt', 'kms:EncryptionContext:Table', true],
    ['kms:Decrypt', 'kms:GranteePrincipal', false],
    ['kms:CreateGrant', 'kms:GranteePrincipal', true],
    ['kms:Decrypt', 'aws:PrincipalTag/team', true],
    ['kms:Decrypt', 'aws:PrincipalOrgID', true],
    ['kms:Decrypt', 'aws:ResourceTag/team', true],
    ['kms:Decrypt', 'aws:RequestTag/team', false],
    ['kms:Decrypt', 'aws:NoSuchKey', false],
    ['s3:GetObject', 's3:ExistingObjectTag/team', true],
    ['s3:ListBucket', 's3:prefix', true],
    ['s3:GetObject', 's3:prefix', false],
  ])('knows whether requests for %s have %s: %s', (action, key, expected) => {
    expect(catalogue.supportsConditionKey(action, key)).toBe(expected);
  });

  test('finds what a pattern means', () => {
    expect(catalogue.matching('kms:generatedatakey*').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyWithoutPlaintext']),
    );
    expect(catalogue.matching('kms:Fetch*')).toEqual([]);
    expect(catalogue.matching('*').length).toBeGreaterThan(catalogue.matching('kms:*').length);
  });
});

describe('unknownActions', () => {
  test('takes a lone wildcard for every action', async () => {
    const { document } = policy('identity', [allow(['*', '*:*'], '*')]);

    await expect(unknownActions(document)).resolves.toEqual([]);
  });

  test('finds patterns that mean nothing', async () => {
    const { document } = policy('identity', [
      allow(['s3:GetObject', 's3:ListObjectsV2', 's3:Get*'], '*'),
      allow(['*', '*:*', 'kms:*'], '*'),
      { Effect: 'Deny', NotAction: ['nosuchservice:*', 'kms:Fetch*'], Resource: '*' },
    ]);

    await expect(unknownActions(document)).resolves.toEqual([
      { path: 'Statement[0]', action: 's3:ListObjectsV2' },
      { path: 'Statement[2]', action: 'nosuchservice:*' },
      { path: 'Statement[2]', action: 'kms:Fetch*' },
    ]);
  });
});
