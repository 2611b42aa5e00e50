import { AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupsCommand, EC2Client, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import type { Scenario } from '../../rehearsal/scenario';
import { refusalOf } from './refusal-of';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const MINUTE_MS = 60_000;
const TIMES = 2;

/** The way to the service is closed and opened again and again, for less than counts as a loss; then people are asked who do not want a failover. */
export const flapping: Scenario<WarmStandbyWorld> = {
  name: 'flapping',
  title: 'A service that comes and goes is not failed over; nor is a lost region when nobody approves in time, or a silent one when a person says no',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, client, config } = shop;
    await shop.begin();
    const before = await shop.failovers(standby);
    const { length: served } = client.records;
    const ec2 = stage.client(EC2Client, primary);
    const [group] = (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'description', Values: ['Clients to the load balancer'] }] }))).SecurityGroups ?? [];
    stage.check(group !== undefined, 'there is a way to close');
    const rule = { GroupId: group?.GroupId, IpPermissions: group?.IpPermissions };
    for (let time = 1; time <= TIMES; time += 1) {
      await stage.step(`the way in is closed for two minutes, and open for two (${time} of ${TIMES})`, async () => {
        await close();
        await stage.cloud.clock.pass(2 * MINUTE_MS);
        await open();
        await stage.cloud.clock.pass(2 * MINUTE_MS);
      });
    }
    stage.check(client.records.slice(served).some(({ promised }) => promised === undefined), 'clients have felt it', `${client.longestSilenceSeconds()} s at the longest`);
    stage.check((await shop.failovers(standby)) === before, 'nobody asked for a failover');
    stage.check((await shop.activeRegion()) === primary.region && client.records.slice(served).every(({ promised }) => promised === undefined || promised.region === primary.region), `clients were served by ${primary.region} alone`);

    await shop.lose(primary);
    const unheard = await shop.untilAsked(standby);
    const wrong = await refusalOf(shop.answer(standby, { operationId: 'epoch-99', decision: 'approve', by: 'rehearsal' }));
    stage.check(wrong.startsWith('WarmStandby.ApprovalRefused'), 'an approval for another execution is refused', wrong);
    const unanswered = await stage.step(`nobody answers for ${config.approval.timeoutMinutes} min`, () => shop.failoverEnd(standby, unheard), ({ status, error }) => [`${status} with ${error ?? ''}`]);
    stage.check(unanswered.status === 'FAILED' && unanswered.error === 'States.Timeout', 'the failover stopped by itself');
    const late = await refusalOf(shop.answer(standby, { operationId: unheard, decision: 'approve', by: 'rehearsal' }));
    stage.check(late.startsWith('WarmStandby.ApprovalRefused'), 'an approval that comes too late is refused', late);
    await shop.comesBack(primary);
    await shop.seenToAnswer();

    await stage.step('the way in is closed until a person is asked', close);
    const rejected = await shop.untilAsked(standby);
    await open();
    await stage.step('the way in is open again, and the person says no', () => shop.answer(standby, { operationId: rejected, decision: 'reject', by: 'rehearsal' }));
    const outcome = await shop.failoverEnd(standby, rejected);
    stage.check(outcome.error === 'WarmStandby.ApprovalRefused', 'the failover has stopped, having changed nothing', outcome.cause ?? '');
    stage.check((await shop.activeRegion()) === primary.region, `${primary.region} is still the one that may write`);
    await shop.serve(10);
    await shop.checkNothingLost(primary);
    await shop.finish();

    async function close(): Promise<void> {
      await ec2.send(new RevokeSecurityGroupIngressCommand(rule));
    }

    async function open(): Promise<void> {
      await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
    }
  },
};
