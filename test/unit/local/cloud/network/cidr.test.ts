import { addressAt, cidrContains, cidrIncludes, cidrSize, cidrsOverlap, isCanonicalCidr, isPrivateAddress } from '../../../../../local/cloud/network/cidr';

describe('blocks of addresses', () => {
  test.each([
    ['10.0.0.0/24', '10.0.0.0', true],
    ['10.0.0.0/24', '10.0.0.255', true],
    ['10.0.0.0/24', '10.0.1.0', false],
    ['10.0.0.0/24', '9.255.255.255', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['10.0.0.7/32', '10.0.0.7', true],
    ['10.0.0.7/32', '10.0.0.8', false],
    ['::/0', '10.0.0.1', false],
    ['10.0.0.0/33', '10.0.0.1', false],
  ])('%s holds %s: %s', (cidr, address, holds) => {
    expect(cidrContains(cidr, address)).toBe(holds);
  });

  test.each([
    ['10.0.0.0/16', '10.0.5.0/24', true],
    ['10.0.5.0/24', '10.0.0.0/16', false],
    ['10.0.0.0/16', '10.1.0.0/24', false],
  ])('%s includes %s: %s', (outer, inner, includes) => {
    expect(cidrIncludes(outer, inner)).toBe(includes);
  });

  it('overlap when one includes the other', () => {
    expect(cidrsOverlap('10.0.5.0/24', '10.0.0.0/16')).toBe(true);
    expect(cidrsOverlap('10.0.5.0/24', '10.0.6.0/24')).toBe(false);
  });

  test.each([
    ['10.0.0.0/16', true],
    ['10.0.0.1/16', false],
    ['10.0.0.0', false],
    ['300.0.0.0/8', false],
  ])('%s is canonical: %s', (cidr, canonical) => {
    expect(isCanonicalCidr(cidr)).toBe(canonical);
  });

  it('have a size and addresses by number', () => {
    expect(cidrSize('10.0.0.0/24')).toBe(256);
    expect(addressAt('10.0.0.0/24', 4)).toBe('10.0.0.4');
    expect(addressAt('10.0.255.0/23', 257)).toBe('10.0.255.1');
    expect(() => addressAt('10.0.0.0/30', 4)).toThrow('has no address number 4');
  });

  it('are private or public', () => {
    expect(['10.1.2.3', '172.31.0.1', '192.168.1.1'].every(isPrivateAddress)).toBe(true);
    expect(['172.32.0.1', '198.18.0.1', '8.8.8.8'].some(isPrivateAddress)).toBe(false);
  });
});
