import { capabilitiesOn, isAllowed, type Policy } from '../../../../../../local/cloud/engines/vault/policy';

const rule = (path: string, ...capabilities: Policy[number]['capabilities']): Policy[number] => ({ path, capabilities });

/** What HashiCorp's Vault 1.21.0 answers to sys/capabilities-self with this policy. */
const POLICY: Policy = [
  rule('a/*', 'read'),
  rule('a/b*', 'list'),
  rule('a/b', 'update'),
  rule('a/+/c', 'delete'),
  rule('a/+/*', 'create'),
  rule('+/+/c', 'sudo'),
  rule('a/b/c*', 'patch'),
  rule('d/+/+/e', 'delete'),
  rule('d/+/x/+', 'create'),
  rule('d/+/*', 'read'),
  rule('f/+', 'read'),
  rule('f/+x', 'update'),
  rule('g/*', 'read', 'deny'),
];

describe('capabilitiesOn', () => {
  test.each([
    ['a', 'deny'],
    ['a/x', 'read'],
    ['a/b', 'update'],
    ['a/bc', 'list'],
    ['a/b/c', 'patch'],
    ['a/b/cc', 'patch'],
    ['a/x/c', 'delete'],
    ['a/x/d', 'read'],
    ['q/x/c', 'sudo'],
    ['d/a/x/e', 'create'],
    ['d/a/z/e', 'delete'],
    ['d/a/z', 'read'],
    ['f/b', 'read'],
    ['f/bx', 'read'],
    ['f/+x', 'update'],
    ['f/b/d', 'deny'],
    ['g/x', 'deny'],
    ['zzz', 'deny'],
  ])('gives %s the rule that fits best: %s', (path, capability) => {
    expect(capabilitiesOn([POLICY], path)).toEqual([capability]);
  });

  it('unites what several policies say of the same pattern', () => {
    expect(capabilitiesOn([[rule('a/*', 'read')], [rule('a/*', 'list')], [rule('*', 'delete')]], 'a/x')).toEqual(['list', 'read']);
  });

  it('lets one denial outweigh everything on the same pattern', () => {
    expect(capabilitiesOn([[rule('a/*', 'read')], [rule('a/*', 'deny')]], 'a/x')).toEqual(['deny']);
  });
});

describe('isAllowed', () => {
  /** Also as observed on Vault 1.21.0. */
  test.each([
    ['a rule without the slash', [rule('m/app', 'list')], true],
    ['a rule with the slash', [rule('m/app/', 'list')], true],
    ['a rule without the slash that only reads, before a pattern that lists', [rule('m/app', 'read'), rule('m/app/*', 'list')], false],
    ['a wider pattern that reads, before the folder’s own', [rule('m/*', 'read'), rule('m/app/*', 'list')], false],
    ['a wider pattern that lists, before the folder’s own', [rule('m/*', 'list'), rule('m/app/*', 'read')], true],
    ['a folder rule that reads, before the name', [rule('m/app/', 'read'), rule('m/app', 'list')], false],
    ['only the folder’s own pattern', [rule('m/app/*', 'list')], true],
  ])('judges a list of m/app by %s', (_case, policy, allowed) => {
    expect(isAllowed([policy as Policy], 'list', 'm/app')).toBe(allowed);
  });

  it('does not take one operation for another', () => {
    expect(isAllowed([[rule('a', 'create')]], 'update', 'a')).toBe(false);
  });
});
