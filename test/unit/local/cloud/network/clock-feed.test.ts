import type { ClockReading } from '../../../../../local/cloud/gateway/clock';
import { ClockFeed } from '../../../../../local/cloud/network/clock-feed';

/** A clock that leaps when it is told to, and what a follower of its feed hears. */
function followedClock() {
  let announce: (reading: ClockReading) => void = () => undefined;
  const feed = new ClockFeed({
    onChange: (listener) => {
      announce = listener;
      return () => undefined;
    },
  });
  const heard: ClockReading[] = [];
  const follower = { setClock: (clock: ClockReading) => void heard.push(clock) };
  const forget = feed.follow(follower);
  const leapTo = (cloudMs: number, rate = 1): void => announce({ cloudMs, wallMs: 0, rate });
  return { feed, follower, heard, forget, leapTo };
}

describe('a clock feed', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  it('tells the first leap at once, and the last of many a moment later', () => {
    const { heard, leapTo } = followedClock();

    for (const cloudMs of [1, 2, 3, 4]) leapTo(cloudMs);
    const atOnce = heard.map(({ cloudMs }) => cloudMs);
    jest.advanceTimersByTime(100);

    expect(atOnce).toEqual([1]);
    expect(heard.map(({ cloudMs }) => cloudMs)).toEqual([1, 4]);
  });

  it('tells what is left to be told when somebody is about to be reached, and nothing twice', () => {
    const { feed, follower, heard, leapTo } = followedClock();

    leapTo(1);
    leapTo(2);
    feed.catchUp(follower);
    feed.catchUp(follower);
    jest.advanceTimersByTime(1_000);

    expect(heard.map(({ cloudMs }) => cloudMs)).toEqual([1, 2]);
  });

  it('tells a change of pace at once', () => {
    const { heard, leapTo } = followedClock();

    leapTo(1);
    leapTo(2, 50);

    expect(heard.map(({ rate }) => rate)).toEqual([1, 50]);
  });

  it('tells nobody who has gone', () => {
    const { heard, forget, leapTo } = followedClock();

    forget();
    leapTo(1);

    expect(heard).toEqual([]);
  });
});
