import { type Evidence, type Heartbeat, type LogPosition, type Progress, UNSEEN_SECONDS } from './contract';

/** What was read on the replica and in this region's registers. */
export interface Observation {
  readonly takenAt: string;
  readonly inRecovery: boolean;
  readonly receiverAlive: boolean;
  readonly receivedLsn: LogPosition | null;
  readonly replayedLsn: LogPosition | null;
  readonly unreplayedBytes: number;
  readonly heartbeat: Heartbeat | null;
  readonly lastProgress: Progress | null;
  /** When the active region was last seen to answer. */
  readonly lastServedAt: string;
}

/** Heartbeats come every second; a pause of this length is one. */
const IDLE_AFTER_SECONDS = 10;

/**
 * Says what a promotion of the replica would lose.
 *
 * A replica that streams and has replayed all it received lacks nothing, however old its newest transaction is: that is an
 * idle primary. When nothing streams any more, what counts is how far the active region is known to have come after the
 * replica's last heartbeat, and what it may have done unseen after that; not how long ago it is.
 */
export function judgeEvidence(observation: Observation, rpoSeconds: number): Evidence {
  const { takenAt, inRecovery, receiverAlive, unreplayedBytes, heartbeat, lastProgress, lastServedAt } = observation;
  const lastSequence = heartbeat?.sequence ?? 0;
  const ageSeconds = heartbeat ? secondsBetween(heartbeat.writtenAt, takenAt) : Infinity;
  const seen = lastProgress && lastProgress.at > lastServedAt ? lastProgress.at : lastServedAt;
  const missedSequences = lastProgress && (!heartbeat || lastProgress.epoch > heartbeat.epoch || lastProgress.sequence > heartbeat.sequence);
  // A receiver takes up to a minute to notice that nobody sends any more; pausing heartbeats of a primary that goes on are the sign.
  const complete = receiverAlive && !(missedSequences && ageSeconds > IDLE_AFTER_SECONDS);
  const knownSeconds = heartbeat ? Math.max(0, secondsBetween(heartbeat.writtenAt, seen)) : NEVER_SECONDS;
  const lossSeconds = complete ? 0 : heartbeat ? Math.ceil(Math.max(knownSeconds, Math.min(ageSeconds, secondsBetween(heartbeat.writtenAt, seen) + UNSEEN_SECONDS))) : NEVER_SECONDS;
  const verdict = !complete ? (lossSeconds > rpoSeconds ? 'stale' : lossSeconds > 0 ? 'lossy' : 'current') : unreplayedBytes > 0 ? 'behind' : 'current';
  const { lastServedAt: _, ...shown } = observation;
  return {
    ...shown,
    verdict,
    idle: complete && unreplayedBytes === 0 && ageSeconds > IDLE_AFTER_SECONDS,
    namedLoss: { seconds: lossSeconds, lastSequence },
    reasons: [
      inRecovery ? 'the database is a replica' : 'the database is no replica',
      receiverAlive ? 'its receiver streams' : 'its receiver hears nothing from the primary',
      `${unreplayedBytes} bytes are received and not replayed`,
      heartbeat ? `its last heartbeat is ${lastSequence} of epoch ${heartbeat.epoch}, written ${Math.round(ageSeconds)} s ago` : 'it has no heartbeat',
      lastProgress ? `the primary last reported heartbeat ${lastProgress.sequence} at ${lastProgress.at}` : 'the primary never reported its progress',
      `the active region was last seen to answer at ${lastServedAt}`,
    ],
  };
}

/** Stands for all there ever was: a replica without any heartbeat has proven nothing. */
const NEVER_SECONDS = 999_999_999;

function secondsBetween(earlier: string, later: string): number {
  return (new Date(later).getTime() - new Date(earlier).getTime()) / 1000;
}
