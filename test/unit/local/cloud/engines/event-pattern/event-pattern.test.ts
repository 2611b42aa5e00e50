import { compileEventPattern } from '../../../../../../local/cloud/engines/event-pattern/event-pattern';

const event = {
  source: 'aws.rds',
  detail: { state: 'available', size: 42, tags: ['daily', 'proven'], address: '10.1.2.3', none: null, copies: [{ to: 'b', done: true }, { to: 'c', done: false }] },
};

describe('compileEventPattern', () => {
  it.each([
    ['a literal', { source: ['aws.rds'] }, true],
    ['another literal', { source: ['aws.s3'] }, false],
    ['one of several literals', { source: ['aws.s3', 'aws.rds'] }, true],
    ['null', { detail: { none: [null] } }, true],
    ['a number written as text', { detail: { size: ['42'] } }, false],
    ['an element of an array', { detail: { tags: ['proven'] } }, true],
    ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
    ['a prefix in another case', { source: [{ prefix: 'AWS.' }] }, false],
    ['a prefix whatever its case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
    ['a suffix', { source: [{ suffix: '.rds' }] }, true],
    ['text whatever its case', { detail: { state: [{ 'equals-ignore-case': 'AVAILABLE' }] } }, true],
    ['anything but the value', { detail: { state: [{ 'anything-but': 'available' }] } }, false],
    ['anything but other values', { detail: { state: [{ 'anything-but': ['creating', 'deleting'] }] } }, true],
    ['anything but a prefix', { detail: { state: [{ 'anything-but': { prefix: 'avail' } }] } }, false],
    ['anything but, of an absent field', { detail: { other: [{ 'anything-but': 'x' }] } }, false],
    ['a number within bounds', { detail: { size: [{ numeric: ['>', 0, '<=', 42] }] } }, true],
    ['a number at an open bound', { detail: { size: [{ numeric: ['<', 42] }] } }, false],
    ['an address in a range', { detail: { address: [{ cidr: '10.1.0.0/16' }] } }, true],
    ['an address outside a range', { detail: { address: [{ cidr: '10.2.0.0/16' }] } }, false],
    ['a field that is there', { detail: { state: [{ exists: true }] } }, true],
    ['a field that is not there', { detail: { other: [{ exists: false }] } }, true],
    ['an absent field, when it is there', { detail: { state: [{ exists: false }] } }, false],
    ['a wildcard', { source: [{ wildcard: 'a*.r*s' }] }, true],
    ['a wildcard that is escaped', { source: [{ wildcard: 'aws\\*rds' }] }, false],
    ['objects of an array', { detail: { copies: { to: ['b'], done: [true] } } }, true],
    ['fields of different objects of an array', { detail: { copies: { to: ['b'], done: [false] } } }, false],
    ['one of alternatives', { $or: [{ source: ['aws.s3'] }, { detail: { size: [42] } }] }, true],
    ['none of alternatives', { $or: [{ source: ['aws.s3'] }, { detail: { size: [43] } }] }, false],
    ['all fields', { source: ['aws.rds'], detail: { size: [41] } }, false],
  ])('matches %s', (_what, pattern, expected) => {
    expect(compileEventPattern(JSON.stringify(pattern))(event)).toBe(expected);
  });

  it.each([
    ['text that is not JSON', '{'],
    ['an empty pattern', '{}'],
    ['a literal outside an array', '{"source":"aws.rds"}'],
    ['an empty array', '{"source":[]}'],
    ['an operator that does not exist', '{"source":[{"matches":"x"}]}'],
    ['two operators in one object', '{"source":[{"prefix":"a","suffix":"b"}]}'],
    ['consecutive wildcards', '{"source":[{"wildcard":"a**b"}]}'],
    ['a comparison with text', '{"size":[{"numeric":["<","1"]}]}'],
    ['a range that is none', '{"address":[{"cidr":"10.0.0.0/40"}]}'],
    ['a single alternative', '{"$or":[{"a":[1]}]}'],
  ])('refuses %s', (_what, pattern) => {
    expect(() => compileEventPattern(pattern)).toThrow(expect.objectContaining({ name: 'InvalidEventPattern' }) as Error);
  });
});
