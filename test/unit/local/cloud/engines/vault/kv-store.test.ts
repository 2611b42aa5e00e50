import { KvStore } from '../../../../../../local/cloud/engines/vault/kv-store';

const store = () => new KvStore(() => new Date('2026-11-21T00:00:00Z'));

describe('KvStore', () => {
  it('keeps ten versions unless it is told another number', () => {
    const kv = store();
    for (let k = 1; k <= 12; k++) kv.write('a', { k });

    expect([...kv.find('a')!.versions.keys()]).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

    kv.configure('a', { maxVersions: 2 });
    kv.write('a', { k: 13 });
    expect([...kv.find('a')!.versions.keys()]).toEqual([12, 13]);
  });

  test.each([
    [0, true],
    [1, false],
  ])('writes a first version with cas %d: %s', (cas, allowed) => {
    const write = () => store().write('a', {}, cas);

    if (allowed) expect(write()).toBe(1);
    else expect(write).toThrow('check-and-set parameter did not match the current version');
  });

  it('demands cas where it is required', () => {
    const kv = store();
    kv.configure('a', { casRequired: true });

    expect(() => kv.write('a', {})).toThrow('check-and-set parameter required for this call');
    expect(kv.write('a', {}, 0)).toBe(1);
  });

  it('gives back a deleted version, but no destroyed one', () => {
    const kv = store();
    kv.write('a', { k: 1 });
    kv.delete('a', [1]);
    kv.restore('a', [1]);
    expect(kv.find('a')!.versions.get(1)).toMatchObject({ data: { k: 1 }, deletedAt: undefined });

    kv.destroy('a', [1]);
    kv.restore('a', [1]);
    expect(kv.find('a')!.versions.get(1)).toMatchObject({ data: undefined, destroyed: true });
  });

  it('lists secrets and folders of one folder, each once', () => {
    const kv = store();
    for (const path of ['f/a', 'f/b/c', 'f/b/d', 'f/b', 'g/x']) kv.write(path, {});

    expect(kv.list('f/')).toEqual(['a', 'b', 'b/']);
    expect(kv.list('')).toEqual(['f/', 'g/']);
  });
});
