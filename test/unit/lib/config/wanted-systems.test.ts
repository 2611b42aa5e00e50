import { wantedSystems } from '../../../../lib/config/wanted-systems';

const SYSTEMS = { 'aurora-restore': 'A', 'warm-standby': 'W' };

describe('the systems of the app', () => {
  it('are all when nobody names some', () => {
    expect(wantedSystems(SYSTEMS, undefined)).toEqual(['A', 'W']);
  });

  it('are those that are named', () => {
    expect(wantedSystems(SYSTEMS, 'warm-standby')).toEqual(['W']);
    expect(wantedSystems(SYSTEMS, 'warm-standby,aurora-restore')).toEqual(['W', 'A']);
  });

  it.each(['', 'warm-stanby', 'warm-standby,', 'toString'])('cannot be "%s": the error says which there are', (names) => {
    expect(() => wantedSystems(SYSTEMS, names)).toThrow('expected some of aurora-restore, warm-standby, separated by commas');
  });
});
