import { checkBackupWindow, checkMaintenanceWindow, checkWindowsApart, defaultBackupWindow, defaultMaintenanceWindow, isPastRetention, nextOpening } from '../../../../../../local/cloud/services/rds/backup-window';

describe('backup windows', () => {
  it.each([
    ['of half an hour', '03:00-03:30', true],
    ['a minute shorter', '03:00-03:29', false],
    ['across midnight', '23:45-00:15', true],
    ['with an hour that does not exist', '24:00-24:30', false],
    ['without minutes', '3-4', false],
  ])('are checked: %s', (_case, window, isFine) => {
    const check = () => checkBackupWindow(window);

    if (isFine) expect(check()).toBe(window);
    else expect(check).toThrow(/backup window/);
  });

  it.each([
    ['touch', '03:00-04:00', 'sun:04:00-sun:05:00', true],
    ['overlap by a minute', '03:00-04:01', 'sun:04:00-sun:05:00', false],
    ['overlap after midnight', '23:30-00:30', 'mon:00:00-mon:01:00', false],
  ])('keep apart from maintenance: those that %s', (_case, backup, maintenance, isFine) => {
    const check = () => checkWindowsApart(backup, maintenance);

    if (isFine) expect(check).not.toThrow();
    else expect(check).toThrow(/must not overlap/);
  });

  it('that RDS chooses are fine themselves and apart from maintenance', () => {
    for (const id of Array.from({ length: 200 }, (_, index) => `cluster-${index}`)) {
      const backup = checkBackupWindow(defaultBackupWindow(id));
      const maintenance = checkMaintenanceWindow(defaultMaintenanceWindow(id, backup));

      expect(() => checkWindowsApart(backup, maintenance)).not.toThrow();
    }
  });

  it.each([
    ['later today', '2026-03-02T02:59:59Z', '2026-03-02T03:00:00.000Z'],
    ['tomorrow when it has just opened', '2026-03-02T03:00:00Z', '2026-03-03T03:00:00.000Z'],
  ])('open %s', (_case, now, opens) => {
    expect(nextOpening('03:00-03:30', new Date(now)).toISOString()).toBe(opens);
  });

  it.each([
    ['two days ago, a second sooner after the opening', '2026-03-02T03:00:01Z', true],
    ['two days ago, a second later after the opening', '2026-03-02T03:00:03Z', true],
    ['yesterday', '2026-03-03T03:00:03Z', false],
  ])('count for retention by window: a backup of %s', (_case, madeAt, isPast) => {
    expect(isPastRetention(new Date(madeAt), new Date('2026-03-04T03:00:02Z'), 2)).toBe(isPast);
  });
});
