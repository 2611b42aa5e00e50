import { lsnToBytes, walFileName } from '../../../../../../local/cloud/engines/postgres/log-position';

describe('lsnToBytes', () => {
  it('counts the first number in steps of 4 GiB', () => {
    expect(lsnToBytes('1/0000000A')).toBe(0x1_0000_000an);
  });

  it('fails on anything else with the value and the form', () => {
    expect(() => lsnToBytes('latest')).toThrow('log position "latest" must be two hexadecimal numbers with a slash between them');
  });
});

describe('walFileName', () => {
  test.each([
    ['the first byte of a file', '0/2000001', '000000010000000000000002'],
    ['the boundary after it, which ends it', '0/3000000', '000000010000000000000002'],
    ['the last file of 4 GiB', '2/0', '0000000100000001000000FF'],
    ['a position beyond 4 GiB', '2/FF000001', '0000000100000002000000FF'],
  ])('names the file that holds %s', (_case, lsn, file) => {
    expect(walFileName('00000001', lsn)).toBe(file);
  });
});
