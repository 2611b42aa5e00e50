import { canonicalArn, isBound, parseCaller } from '../../../../../../local/cloud/engines/vault/caller-arn';

const callerOf = (arn: string) => parseCaller(`<GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult>`);

describe('parseCaller', () => {
  test.each([
    ['arn:aws:sts::111122223333:assumed-role/app/session', 'arn:aws:iam::111122223333:role/app'],
    ['arn:aws-cn:sts::111122223333:assumed-role/app/session', 'arn:aws-cn:iam::111122223333:role/app'],
    ['arn:aws:iam::111122223333:user/team/bob', 'arn:aws:iam::111122223333:user/bob'],
    ['arn:aws:sts::111122223333:federated-user/bob', 'arn:aws:sts::111122223333:federated-user/bob'],
  ])('knows %s as %s', (arn, canonical) => {
    const caller = callerOf(arn);

    expect(caller && canonicalArn(caller)).toBe(canonical);
  });

  test.each([['arn:aws:iam::111122223333:root'], ['nonsense'], ['arn:aws:s3:::bucket/key']])('knows nobody who can log in by %s', (arn) => {
    expect(callerOf(arn)).toBeUndefined();
  });
});

describe('isBound', () => {
  const canonical = 'arn:aws:iam::111122223333:role/app';
  const full = 'arn:aws:iam::111122223333:role/service/app';

  test.each([
    ['the canonical ARN', canonical, true],
    ['the full ARN with its path, which only wildcards see', full, false],
    ['a wildcard over the path', 'arn:aws:iam::111122223333:role/service/*', true],
    ['a wildcard that fits the canonical ARN alone', 'arn:aws:iam::111122223333:role/a*', false],
    ['another account', 'arn:aws:iam::444455556666:role/app', false],
  ])('compares with %s', (_case, binding, bound) => {
    expect(isBound([binding], canonical, full)).toBe(bound);
  });
});
