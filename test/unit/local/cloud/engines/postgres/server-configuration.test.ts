import { checkParameters, clientAuthenticationText, configurationText, effectiveParameters } from '../../../../../../local/cloud/engines/postgres/server-configuration';

describe('effectiveParameters', () => {
  it('lets a request change a default and nothing of what ties the server to the cloud', () => {
    const parameters = effectiveParameters({ work_mem: '8MB', max_connections: '7', listen_addresses: '*' }, { port: '5432' });

    expect(parameters).toMatchObject({ work_mem: '8MB', max_connections: '7', listen_addresses: '127.0.0.1', port: '5432' });
  });

  test.each([
    ['1', 'logical'],
    ['0', 'replica'],
  ])('with rds.logical_replication = %s sets wal_level to %s', (value, level) => {
    expect(effectiveParameters({ 'rds.logical_replication': value }, {}).wal_level).toBe(level);
  });
});

describe('configurationText', () => {
  it('quotes what would end a value', () => {
    expect(configurationText({ search_path: `a'b\\c` })).toBe(`search_path = 'a''b\\\\c'\n`);
  });
});

describe('clientAuthenticationText', () => {
  test.each([
    ['0', 'host all all'],
    ['1', 'hostssl all all'],
  ])('with rds.force_ssl = %s lets clients in by "%s"', (value, line) => {
    expect(clientAuthenticationText({ 'rds.force_ssl': value })).toMatch(new RegExp(`^${line} 127`, 'm'));
  });
});

describe('checkParameters', () => {
  test.each([['work_mem'], ['rds.force_ssl'], ['pg_stat_statements.track']])('accepts %s', (name) => {
    expect(() => checkParameters({ [name]: '1' })).not.toThrow();
  });

  test.each([["work_mem = '1'; --"], ['Work_Mem'], ['a.b.c'], ['']])('fails on the name %j', (name) => {
    expect(() => checkParameters({ [name]: '1' })).toThrow('must be small letters, digits and underscores');
  });

  test.each([['listen_addresses'], ['port'], ['ssl_key_file']])('fails on %s, which is not the caller’s to set', (name) => {
    expect(() => checkParameters({ [name]: '1' })).toThrow(`parameter ${name} belongs to the local cloud`);
  });
});
