import { assessReadiness, type AssessReadinessPorts } from '../../../../lambda/warm-standby/assess-readiness';
import { captureOutput } from '../../../support/captured-output';
import { at, now, PRIMARY, STANDBY } from './fixtures';

const output = captureOutput();

/** A region of which nothing can be looked at but who is active. */
async function assess(activeRegion: string | undefined) {
  const written: { key: string; content: unknown }[] = [];
  const ports = {
    system: 'shop',
    region: STANDBY,
    backupWindow: '15:00-15:30',
    register: { highest: async () => ({ authority: activeRegion === undefined ? undefined : { epoch: 1, activeRegion }, answered: 1 }) },
    reports: { writeJson: async (key: string, content: unknown) => void written.push({ key, content }) },
    now,
  } as Partial<AssessReadinessPorts> as AssessReadinessPorts;
  return { readiness: await assessReadiness({}, ports), written };
}

describe('assessReadiness', () => {
  it('scores by the share of conditions that hold, and never rounds up to ready', async () => {
    const { readiness } = await assess(PRIMARY);

    expect(readiness.role).toBe('standby');
    expect(readiness.conditions.filter(({ holds }) => holds).map(({ name }) => name)).toEqual(['witness answers']);
    expect(readiness.scorePercent).toBe(Math.floor((1 / 14) * 100));
    expect(output.metric('ReadinessPercent')).toEqual([{ instance: 'shop', value: readiness.scorePercent, unit: 'Percent' }]);
  });

  it('keeps the evidence', async () => {
    const { readiness, written } = await assess(PRIMARY);

    expect(written).toEqual([{ key: `readiness/${at(0)}.json`, content: readiness }]);
  });

  it('asks nothing of the active region, which is there', async () => {
    const { readiness } = await assess(STANDBY);

    expect(readiness).toMatchObject({ role: 'active', scorePercent: 100, conditions: [] });
    expect(output.metric('ReadinessPercent')).toEqual([expect.objectContaining({ value: 100 })]);
  });
});
