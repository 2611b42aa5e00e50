import { AuditLog, findBrokenLink, happened, type AuditEvent, type AuditLogPorts } from '../../../../lambda/common/audit-log';
import { ConcurrentChange } from '../../../../lambda/common/errors';
import { MemoryTable } from './memory-table';

const AT = new Date('2026-11-21T03:00:00.000Z');

function auditOver(table: AuditLogPorts['table']): AuditLog {
  return new AuditLog({ table, now: () => AT });
}

async function threeEvents(): Promise<AuditEvent[]> {
  const audit = auditOver(new MemoryTable('operation_id', 'sequence'));
  for (const type of ['First', 'Second', 'Third']) await audit.append('run-1', { type, status: 'info', details: { of: type } });
  return [...(await audit.events('run-1'))];
}

describe('AuditLog', () => {
  it('numbers events from one and keeps the order of those of one millisecond', async () => {
    const events = await threeEvents();

    expect(events.map(({ sequence, event_type, timestamp }) => [sequence, event_type, timestamp])).toEqual([
      ['0000000001', 'First', AT.toISOString()],
      ['0000000002', 'Second', AT.toISOString()],
      ['0000000003', 'Third', AT.toISOString()],
    ]);
  });

  it('chains each event to the one before', async () => {
    const [first, second, third] = await threeEvents();

    expect(first!.previous_hash).toBe('0'.repeat(64));
    expect([second!.previous_hash, third!.previous_hash]).toEqual([first!.hash, second!.hash]);
  });

  it('keeps the chains of operations apart', async () => {
    const audit = auditOver(new MemoryTable('operation_id', 'sequence'));
    await audit.append('run-1', { type: 'First', status: 'info', details: {} });

    const other = await audit.append('run-2', { type: 'First', status: 'info', details: {} });

    expect(other).toMatchObject({ sequence: '0000000001', previous_hash: '0'.repeat(64) });
  });

  it('appends after an event that somebody else wrote in between', async () => {
    const table = new MemoryTable('operation_id', 'sequence');
    const rival = auditOver(table);
    let interruptions = 2;
    const last: AuditLogPorts['table']['last'] = async (partition) => {
      const found = await table.last(partition);
      if (interruptions-- > 0) await rival.append('run-1', { type: 'Rival', status: 'info', details: {} });
      return found;
    };

    await auditOver({ last, putNew: (item) => table.putNew(item), query: (key) => table.query(key) }).append('run-1', { type: 'Mine', status: 'info', details: {} });

    const events = await rival.events('run-1');
    expect(events.map(({ event_type }) => event_type)).toEqual(['Rival', 'Rival', 'Mine']);
    expect(findBrokenLink(events)).toBeUndefined();
  });

  it('gives up with an error that is tried again when others always come first', async () => {
    const never = auditOver({ last: async () => undefined, putNew: async () => false, query: async () => [] });

    await expect(never.append('run-1', { type: 'Mine', status: 'info', details: {} })).rejects.toThrow(ConcurrentChange);
  });

  it('writes an event once when the reply to the write was lost and the SDK sent it again', async () => {
    const table = new MemoryTable('operation_id', 'sequence');
    const deaf = auditOver({
      last: (key) => table.last(key),
      putNew: async (item) => {
        await table.putNew(item);
        return table.putNew(item);
      },
      query: (key) => table.query(key),
    });

    const event = await deaf.append('run-1', { type: 'Mine', status: 'info', details: {} });

    expect(await deaf.events('run-1')).toEqual([event]);
  });
});

describe('findBrokenLink', () => {
  it('finds nothing wrong with what was written', async () => {
    expect(findBrokenLink(await threeEvents())).toBeUndefined();
    expect(findBrokenLink([])).toBeUndefined();
  });

  const otherThan = (events: AuditEvent[], index: number, change: Partial<AuditEvent>) => events.map((event, at) => (at === index ? { ...event, ...change } : event));
  test.each<[string, (events: AuditEvent[]) => AuditEvent[], string]>([
    ['changed details', (events) => otherThan(events, 1, { event_details: '{"of":"Nothing"}' }), '0000000002'],
    ['a changed status', (events) => otherThan(events, 1, { status: 'failed' }), '0000000002'],
    ['a changed time', (events) => otherThan(events, 2, { timestamp: '2026-11-21T04:00:00.000Z' }), '0000000003'],
    ['a changed type', (events) => otherThan(events, 0, { event_type: 'Zeroth' }), '0000000001'],
    ['another operation', (events) => otherThan(events, 0, { operation_id: 'run-9' }), '0000000001'],
    ['a first event that is gone', ([, ...rest]) => rest, '0000000002'],
    ['one in the middle that is gone', ([first, , third]) => [first!, third!], '0000000003'],
    ['two that have changed places', ([first, second, third]) => [first!, third!, second!], '0000000003'],
    ['one that is there twice', ([first, second]) => [first!, first!, second!], '0000000001'],
  ])('notices %s', async (_case, tamper, sequence) => {
    expect(findBrokenLink(tamper(await threeEvents()))).toBe(sequence);
  });

  it('notices an event that was written anew with a hash of its own, by the one after it', async () => {
    const events = await threeEvents();
    const forger = new MemoryTable('operation_id', 'sequence');
    await forger.putNew({ ...events[0] });
    const forged = await auditOver(forger).append('run-1', { type: 'Second', status: 'info', details: { of: 'something else' } });

    expect(findBrokenLink([events[0]!, forged, events[2]!])).toBe('0000000003');
  });
});

describe('findBrokenLink in a chain that is whole', () => {
  it('notices that it does not begin at the first event', async () => {
    const table = new MemoryTable('operation_id', 'sequence');
    await table.putNew({ operation_id: 'run-1', sequence: '0000000004', hash: '0'.repeat(64) });
    const fifth = await auditOver(table).append('run-1', { type: 'Fifth', status: 'info', details: {} });

    expect(findBrokenLink([fifth])).toBe('0000000005');
  });
});

describe('happened', () => {
  it('answers with the details of the events of a type, in order', async () => {
    const events = await threeEvents();

    expect(happened(events, 'Second')).toEqual([{ of: 'Second' }]);
    expect(happened(events, 'Never')).toEqual([]);
  });
});
