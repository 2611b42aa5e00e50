import { judgeEvidence, type Observation } from '../../../../lambda/warm-standby/judge-evidence';

const RPO_SECONDS = 270;
const at = (second: number) => new Date(Date.UTC(2027, 0, 1, 12, 0, second)).toISOString();

/** A replica that follows: heartbeat 100 was written a second ago. */
function observed(changes: Partial<Observation> = {}): Observation {
  return {
    takenAt: at(101),
    inRecovery: true,
    receiverAlive: true,
    receivedLsn: '0/3000148',
    replayedLsn: '0/3000148',
    unreplayedBytes: 0,
    heartbeat: { epoch: 1, sequence: 100, writtenAt: at(100) },
    lastProgress: { epoch: 1, sequence: 90, at: at(90) },
    lastServedAt: at(100),
    ...changes,
  };
}

describe('judgeEvidence', () => {
  it('finds nothing missing in a replica that streams', () => {
    expect(judgeEvidence(observed(), RPO_SECONDS)).toMatchObject({ verdict: 'current', idle: false, namedLoss: { seconds: 0, lastSequence: 100 } });
  });

  it('calls a replica idle that streams and has everything, however old its newest heartbeat is', () => {
    const quietForDays = observed({ takenAt: new Date(Date.UTC(2027, 0, 3)).toISOString(), lastProgress: { epoch: 1, sequence: 100, at: at(100) } });

    expect(judgeEvidence(quietForDays, RPO_SECONDS)).toMatchObject({ verdict: 'current', idle: true, namedLoss: { seconds: 0 } });
  });

  it('waits for a replica that has received more than it has replayed', () => {
    expect(judgeEvidence(observed({ unreplayedBytes: 4096 }), RPO_SECONDS).verdict).toBe('behind');
  });

  it('counts the loss up to where the primary may have come after it was last seen, not up to now', () => {
    const minutesAfterTheLoss = observed({ takenAt: at(400), receiverAlive: false, lastServedAt: at(103) });

    expect(judgeEvidence(minutesAfterTheLoss, RPO_SECONDS)).toMatchObject({ verdict: 'lossy', namedLoss: { seconds: 213, lastSequence: 100 } });
  });

  it('names what a primary may have done unseen although the replica has all that is known of', () => {
    const diedSoonAfter = observed({ takenAt: at(400), receiverAlive: false, lastServedAt: at(80), lastProgress: { epoch: 1, sequence: 80, at: at(80) } });

    expect(judgeEvidence(diedSoonAfter, RPO_SECONDS)).toMatchObject({ verdict: 'lossy', namedLoss: { seconds: 190 } });
  });

  it.each([
    ['at the objective', 160, 'lossy'],
    ['a second beyond it', 161, 'stale'],
  ])('judges a loss that may be %s, what was done unseen included', (_case, lastServedSecond, verdict) => {
    expect(judgeEvidence(observed({ takenAt: at(400), receiverAlive: false, lastServedAt: at(lastServedSecond) }), RPO_SECONDS).verdict).toBe(verdict);
  });

  it('finds a replica stale that stopped two days before the primary was lost', () => {
    const now = new Date(Date.UTC(2027, 0, 3, 12)).toISOString();
    const stopped = observed({ takenAt: now, receiverAlive: false, lastProgress: { epoch: 1, sequence: 172_900, at: now }, lastServedAt: now });

    const { verdict, namedLoss } = judgeEvidence(stopped, RPO_SECONDS);

    expect(verdict).toBe('stale');
    expect(namedLoss).toEqual({ seconds: 2 * 86_400 - 100, lastSequence: 100 });
  });

  it('does not believe a receiver that has not noticed yet that nobody sends', () => {
    const cut = observed({ takenAt: at(150), lastProgress: { epoch: 1, sequence: 140, at: at(140) }, lastServedAt: at(140) });

    expect(judgeEvidence(cut, RPO_SECONDS)).toMatchObject({ verdict: 'lossy', namedLoss: { seconds: 50 } });
  });

  it('finds a replica without any heartbeat stale', () => {
    expect(judgeEvidence(observed({ receiverAlive: false, heartbeat: null }), RPO_SECONDS).verdict).toBe('stale');
  });
});
