import { AuthorityRegister, type Registers } from '../../../../lambda/warm-standby/authority-register';

const silent = { get: () => Promise.reject(new Error('silence')), put: async () => undefined, putIf: async () => true };
const knowing = (epoch: number, activeRegion: string) => ({ ...silent, get: async () => ({ epoch, activeRegion }) });

describe('AuthorityRegister.confirmed', () => {
  const asked: string[] = [];
  const registerWith = (peer: Registers['peer'], witness: Registers['witness']) => {
    const noted = (name: string, register: Registers['peer']): Registers['peer'] => ({ ...register, get: (key) => (asked.push(name), register.get(key)) });
    return new AuthorityRegister({ own: noted('own', silent), peer: noted('peer', peer), witness: noted('witness', witness) });
  };
  beforeEach(() => asked.splice(0));

  it('asks nobody but the witness while that answers, so that a lost peer costs nothing', async () => {
    expect(await registerWith(silent, knowing(3, 'us-west-2')).confirmed()).toEqual({ authority: { epoch: 3, activeRegion: 'us-west-2' }, answered: 1 });
    expect(asked).toEqual(['witness']);
  });

  it('believes the peer when the witness is silent', async () => {
    expect(await registerWith(knowing(2, 'us-west-2'), silent).confirmed()).toEqual({ authority: { epoch: 2, activeRegion: 'us-west-2' }, answered: 1 });
  });

  it('has no confirmation when both are silent', async () => {
    expect(await registerWith(silent, silent).confirmed()).toEqual({ authority: undefined, answered: 0 });
  });
});

describe('AuthorityRegister.remember', () => {
  it('writes down what was heard once, and again when it has changed', async () => {
    const written: unknown[] = [];
    const register = new AuthorityRegister({ own: { ...silent, putIf: async ({ epoch, activeRegion }) => written.push([epoch, activeRegion]) > 0 }, peer: silent, witness: silent });

    for (const heard of [1, 1, 2, 2]) await register.remember({ epoch: heard, activeRegion: 'us-west-2' }, '2026-11-23T00:00:00Z');
    await register.remember({ epoch: 2, activeRegion: 'ap-southeast-2' }, '2026-11-23T00:00:00Z');

    expect(written).toEqual([[1, 'us-west-2'], [2, 'us-west-2'], [2, 'ap-southeast-2']]);
  });

  it('tries again what could not be written', async () => {
    let attempts = 0;
    const failsOnce = async () => {
      if ((attempts += 1) === 1) throw new Error('silence');
      return true;
    };
    const register = new AuthorityRegister({ own: { ...silent, putIf: failsOnce }, peer: silent, witness: silent });
    const heard = { epoch: 1, activeRegion: 'us-west-2' };

    await expect(register.remember(heard, '2026-11-23T00:00:00Z')).rejects.toThrow('own register');
    await register.remember(heard, '2026-11-23T00:01:00Z');

    expect(attempts).toBe(2);
  });
});
