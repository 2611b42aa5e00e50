import { checkMasterUser, masterUserStatements } from '../../../../../../local/cloud/engines/postgres/rds-roles';

describe('checkMasterUser', () => {
  test.each([['master'], ['Admin_1'], ['a'.repeat(63)]])('accepts %s', (name) => {
    expect(checkMasterUser(name)).toBe(name);
  });

  test.each([['rdsadmin'], ['pg_boss'], ['1st'], ['a"b'], [''], ['a'.repeat(64)]])('fails on %j', (name) => {
    expect(() => checkMasterUser(name)).toThrow('must be 1 to 63 letters');
  });
});

describe('masterUserStatements', () => {
  it('leaves a master user without password when none is given', () => {
    expect(masterUserStatements('master', undefined)[0]).toBe(`CREATE ROLE "master" LOGIN CREATEDB CREATEROLE VALID UNTIL 'infinity'`);
  });
});
