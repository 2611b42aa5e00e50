import { CreateTagsCommand, DeleteClusterSnapshotCommand, DeleteTagsCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TAG } from '../../../lambda/redshift-backup/contract';
import { messageIn } from '../../rehearsal/error-of-execution';
import type { Scenario } from '../../rehearsal/scenario';
import { Person } from './person';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** The last proven copy, and two people who want it gone. */
export const twoPeople: Scenario<RedshiftBackupWorld> = {
  name: 'two-people',
  title: 'Nobody alone deletes the last proven copy: one person asks, another approves, each as a role that the other cannot assume',
  async run(stage) {
    const { target, config } = stage.world;
    const { release } = config.target;
    const [askerTeam = '', approverTeam = ''] = [release?.requesters[0], release?.approvers[0]];
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const snapshotId = await warehouse.backUpWell();
    await warehouse.proveWell(snapshotId);
    const copy = `${snapshotId}-owned`;
    const roleArn = (of: string) => `arn:aws:iam::${target.account}:role/redshift-backup-${config.name}-release-${of}`;
    const asker = await Person.of(stage.cloud, target, askerTeam);
    const approver = await Person.of(stage.cloud, target, approverTeam);
    const [requester, releaser] = [await asker.as(roleArn('requester')), await approver.as(roleArn('approver'))];
    stage.expectRefusals(/(database-team|security-team|release-requester|release-approver) is not authorized to perform: (sts:AssumeRole|lambda:InvokeFunction|redshift:DeleteClusterSnapshot)/);
    const ask = (person: Person, reason: string) => invoke<{ token: string }>(person, warehouse.functionName('request-release'), { snapshot_identifier: copy, reason });
    const approve = (person: Person, token: string) => invoke<{ deleted: string }>(person, warehouse.functionName('approve-release'), { snapshot_identifier: copy, token });

    for (const [who, what, attempt] of [
      ['a requester', 'be an approver', () => asker.as(roleArn('approver'))],
      ['an approver', 'be a requester', () => approver.as(roleArn('requester'))],
      ['a requester', 'approve', () => approve(requester, '00000000-0000-4000-8000-000000000000')],
      ['an approver', 'ask', () => ask(releaser, 'I would rather do both myself')],
      ['a requester', 'delete the copy', () => requester.client(RedshiftClient).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: copy }))],
      ['an approver', 'delete the copy', () => releaser.client(RedshiftClient).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: copy }))],
    ] as const) {
      const answer = await refusal(attempt);
      stage.check(/AccessDenied|not authorized/.test(answer), `${who} cannot ${what}`, answer);
    }

    const { token: stale } = await ask(requester, 'the warehouse was wound up, ticket 4711');
    await stage.step('the second person takes more than a day', () => stage.cloud.clock.pass(26 * HOUR_MS));
    // A session of a role ends sooner.
    const team = async (arn: string, of: string) => (await Person.of(stage.cloud, target, arn)).as(roleArn(of));
    const [again, second] = [await team(askerTeam, 'requester'), await team(approverTeam, 'approver')];
    const late = await refusal(() => approve(second, stale));
    stage.check(/the request for .* expired at/.test(late), 'the request has expired', late);
    const { token } = await stage.step('the first person asks again', () => ask(again, 'the warehouse was wound up, ticket 4711'));
    const guessed = await refusal(() => approve(second, '00000000-0000-4000-8000-000000000000'));
    stage.check(guessed.includes('nobody has asked'), 'a token that nobody was given approves nothing', guessed);

    const ResourceName = (await warehouse.snapshot(target, copy))?.SnapshotArn;
    const redshift = stage.client(RedshiftClient, target);
    await redshift.send(new CreateTagsCommand({ ResourceName, Tags: [{ Key: TAG.legalHold, Value: 'case 12' }] }));
    const held = await refusal(() => approve(second, token));
    stage.check(held.includes('on hold: case 12'), 'what is on hold is not even released by two', held);
    await redshift.send(new DeleteTagsCommand({ ResourceName, TagKeys: [TAG.legalHold] }));

    await stage.step('the second person approves', () => approve(second, token), ({ deleted }) => [`${deleted} is deleted`]);
    stage.check((await warehouse.snapshot(target, copy)) === undefined, 'the copy is gone');
    stage.check((await warehouse.evidenceKeys(`releases/${copy}/${token}/`)).length === 2, 'request and approval lie in the locked bucket');
  },
};

async function invoke<Output>(person: Person, FunctionName: string, payload: unknown): Promise<Output> {
  const { FunctionError, Payload } = await person.client(LambdaClient).send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
  const text = Payload?.transformToString() ?? 'null';
  if (FunctionError) throw new Error(messageIn(text));
  return JSON.parse(text) as Output;
}

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  return attempt().then(() => 'allowed', (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
}
