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
