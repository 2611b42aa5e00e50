import { formatDuration, parseDurationSeconds } from '../../../../../../local/cloud/engines/vault/duration';
import { beginTerm, renewTerm, SYSTEM_MAX_TTL_SECONDS } from '../../../../../../local/cloud/engines/vault/term';

describe('parseDurationSeconds', () => {
  test.each([
    [90, 90],
    ['90', 90],
    ['1h30m', 5400],
    ['45s', 45],
    ['1.5h', 5400],
    ['500ms', 0.5],
  ])('reads %j as %d seconds', (value, seconds) => {
    expect(parseDurationSeconds(value)).toBe(seconds);
  });

  test.each([['abc'], ['5x'], [''], ['-5s']])('fails on %j as Go does', (value) => {
    expect(() => parseDurationSeconds(value)).toThrow(`time: invalid duration ${JSON.stringify(value)}`);
  });
});

describe('formatDuration', () => {
  test.each([
    [117, '1m57s'],
    [3600, '1h'],
    [5400, '1h30m'],
    [0, '0s'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('a term', () => {
  const NOW = 1_000_000;

  it('lasts as long as it was asked for, and no longer than it may', () => {
    expect(beginTerm({ ttlSeconds: 60, maxTtlSeconds: 120 }, NOW).expiresAtMs).toBe(NOW + 60_000);
    expect(beginTerm({ ttlSeconds: 600, maxTtlSeconds: 120 }, NOW).expiresAtMs).toBe(NOW + 120_000);
    expect(beginTerm({ ttlSeconds: 0, maxTtlSeconds: 0 }, NOW).grantedSeconds).toBe(SYSTEM_MAX_TTL_SECONDS);
  });

  it('is counted from the renewal, which may shorten it', () => {
    const term = beginTerm({ ttlSeconds: 60, maxTtlSeconds: 120 }, NOW);

    expect(renewTerm(term, 5, NOW + 10_000).term.expiresAtMs).toBe(NOW + 15_000);
  });

  it('cannot be renewed beyond its longest, and says so', () => {
    const term = beginTerm({ ttlSeconds: 60, maxTtlSeconds: 120 }, NOW);

    const { term: renewed, warnings } = renewTerm(term, 600, NOW + 3_800);

    expect(renewed.expiresAtMs).toBe(NOW + 120_000);
    expect(renewed.grantedSeconds).toBe(117);
    expect(warnings).toEqual(['TTL of "10m" exceeded the effective max_ttl of "1m57s"; TTL value is capped accordingly']);
  });

  it('gets without a wish what its role gives, or else what it got last', () => {
    const own = renewTerm(beginTerm({ ttlSeconds: 60, maxTtlSeconds: 0 }, NOW), 30, NOW).term;
    const ofRole = renewTerm(beginTerm({ ttlSeconds: 60, maxTtlSeconds: 0, renewalSeconds: 60 }, NOW), 30, NOW).term;

    expect(renewTerm(own, 0, NOW).term.grantedSeconds).toBe(30);
    expect(renewTerm(ofRole, 0, NOW).term.grantedSeconds).toBe(60);
  });

  it('goes on for ever in equal periods when it has one', () => {
    const term = beginTerm({ ttlSeconds: 0, maxTtlSeconds: 60, periodSeconds: 3600 }, NOW);

    expect(renewTerm(term, 5, NOW + 86_400_000).term.expiresAtMs).toBe(NOW + 86_400_000 + 3_600_000);
  });
});
