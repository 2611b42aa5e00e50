import { AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupsCommand, EC2Client, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Scenario } from '../../rehearsal/scenario';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const MINUTE_MS = 60_000;
const TIMES = 3;

/** The way to the service is closed and opened again and again, each time for less than counts as a loss. */
export const flapping: Scenario<WarmStandbyWorld> = {
  name: 'flapping',
  title: 'A service that comes and goes is not failed over, and a person may say no: nothing moves and nothing is lost',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, client } = shop;
    await shop.begin();
    const before = await executions();
    const { length: served } = client.records;
    const ec2 = stage.client(EC2Client, primary);
    const [group] = (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'description', Values: ['Clients to the load balancer'] }] }))).SecurityGroups ?? [];
    stage.check(group !== undefined, 'there is a way to close');
    const rule = { GroupId: group?.GroupId, IpPermissions: group?.IpPermissions };
    for (let time = 1; time <= TIMES; time += 1) {
      await stage.step(`the way in is closed for two minutes, and open for two (${time} of ${TIMES})`, async () => {
        await ec2.send(new RevokeSecurityGroupIngressCommand(rule));
        await stage.cloud.clock.pass(2 * MINUTE_MS);
        await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
        await stage.cloud.clock.pass(2 * MINUTE_MS);
      });
    }
    stage.check(client.records.slice(served).some(({ promised }) => promised === undefined), 'clients have felt it', `${client.longestSilenceSeconds()} s at the longest`);
    stage.check((await executions()) === before, 'nobody asked for a failover');
    stage.check((await shop.activeRegion()) === primary.region && client.records.slice(served).every(({ promised }) => promised === undefined || promised.region === primary.region), `clients were served by ${primary.region} alone`);
    await stage.step('the way in is closed until a person is asked', () => ec2.send(new RevokeSecurityGroupIngressCommand(rule)));
    const operationId = await shop.untilAsked(standby);
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
    await stage.step('the way in is open again, and the person says no', () => shop.answer(standby, { operationId, decision: 'reject', by: 'rehearsal' }));
    const outcome = await shop.failoverEnd(standby, operationId);
    stage.check(outcome.error === 'WarmStandby.ApprovalRefused', 'the failover has stopped, having changed nothing', outcome.cause ?? '');
    await shop.serve(10);
    await shop.checkNothingLost(primary);
    await shop.finish();

    async function executions(): Promise<number> {
      return (await stage.client(SFNClient, standby).send(new ListExecutionsCommand({ stateMachineArn: shop.stateMachineArn(standby, 'failover') }))).executions?.length ?? 0;
    }
  },
};
