import { scramVerifier } from '../../../../../lambda/common/postgres/scram';

describe('scramVerifier', () => {
  it('is what PostgreSQL computes itself for the same salt', () => {
    // CREATE ROLE x PASSWORD 'pencil', with the salt of RFC 7677, section 3.
    const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));

    expect(verifier).toBe('SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
  });

  it('has another salt each time', () => {
    expect(scramVerifier('the same password')).not.toBe(scramVerifier('the same password'));
  });

  test.each(['', 'pässword', 'with\ttab', 'line\nfeed', '\u00a0space'])('refuses %j, which would have to be prepared first', (password) => {
    expect(() => scramVerifier(password)).toThrow('the password holds characters other than printable ASCII');
  });

  it('does not show the password that it refuses', () => {
    expect(() => scramVerifier('geheim-ß')).not.toThrow('geheim');
  });
});
