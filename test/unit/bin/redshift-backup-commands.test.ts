import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createProgram } from '../../../bin/command-line/create-program';
import { TAG } from '../../../lambda/redshift-backup/contract';
import { mustBeOf } from '../../../bin/commands/redshift-backup/must-be-of';
import type { ApproachCost } from '../../../lib/redshift-backup/cost/cost-model';
import { FakeOperator } from '../../support/fake-operator';
import { warehouseSnapshot } from '../../support/warehouse-snapshot';

describe('a snapshot that is there already', () => {
  it('is gone on with when the same command has begun it', () => {
    expect(() => mustBeOf(warehouseSnapshot({ identifier: 'monday', tags: { [TAG.operation]: 'monday' } }), 'monday', TAG.operation, 'monday')).not.toThrow();
  });

  test.each([
    ['somebody else has made', warehouseSnapshot({ identifier: 'monday' })],
    ['another command has made', warehouseSnapshot({ identifier: 'monday', tags: { [TAG.operation]: 'tuesday' } })],
    ['has gone meanwhile', undefined],
  ])('is refused when %s it', (_who, existing) => {
    expect(() => mustBeOf(existing, 'monday', TAG.operation, 'monday')).toThrow('snapshot: "monday" is there already and was not made by this command');
  });
});

describe('what backups cost', () => {
  async function costs(...options: readonly string[]): Promise<readonly ApproachCost[]> {
    const operator = new FakeOperator();
    await createProgram(() => operator).parseAsync(['warehouse', 'cost', 'warehouse', '--size-gb', '1000', '--date', '2026-11-21', ...options], { from: 'user' });
    return operator.answers[0]!.data as readonly ApproachCost[];
  }

  const lineOf = (found: readonly ApproachCost[], what: string) => found.flatMap(({ lines }) => lines).find((line) => line.what === what);

  it('is what the page says of the example', async () => {
    const page = readFileSync(path.resolve(__dirname, '../../../docs/redshift-backup-cost.md'), 'utf8');
    const [summary = ''] = page.split('\n## ');
    const totals = [...summary.matchAll(/^\| ([a-zA-Z ]+) \| (\d+) \|/gm)].map(([, approach, usd]) => [approach, Number(usd)]);

    expect(totals).toEqual((await costs()).map(({ approach, usdAMonth }) => [approach, Math.round(usdAMonth)]));
  });

  it('holds copies in the other region for as long as they are kept there, not as long as the ladder', async () => {
    expect(lineOf(await costs('--cross-region'), 'Snapshots in the other region')?.usdAMonth).toBeCloseTo(8 * 1000 * 0.023, 6);
  });

  it('counts the nodes that are asked for: a cluster that is named has them nowhere in the configuration', async () => {
    expect(lineOf(await costs('--nodes', '4', '--node-type', 'ra3.4xlarge'), 'Clusters that are restored and proven')?.how).toContain('1 h x 4 ra3.4xlarge x $3.26');
  });
});
