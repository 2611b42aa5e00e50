import { existsSync } from 'node:fs';
import path from 'node:path';
import { exampleAssembly, placeOf, readDocument, ROOT, SYNTHESIS_LIMIT_MS, type ExampleAssembly } from '../support/example-assembly';

const PARTS = ['**Means', '**Look at', '**Do', '**Done when'];

interface Entry {
  readonly heading: string;
  readonly text: string;
}

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

const alarms = () => app.resources('AWS::CloudWatch::Alarm');
/** Of a webhook, which the example does without. */
const WEBHOOK_UNDELIVERED = 'WebhookUndelivered';
/** What each alarm is about: the first and the last part of its name. */
const conditionsBySystem = () => {
  const found = new Map<string, Set<string>>();
  for (const { Properties } of alarms()) {
    const [system = '', ...rest] = String(Properties.AlarmName).split('/');
    found.set(system, (found.get(system) ?? new Set([WEBHOOK_UNDELIVERED])).add(rest.at(-1) ?? ''));
  }
  return found;
};

function runbook(system: string): Entry[] {
  if (!existsSync(path.join(ROOT, 'docs', 'runbooks', `${system}.md`))) return [];
  return readDocument('docs', 'runbooks', `${system}.md`)
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ heading: section.slice(0, section.indexOf('\n')).trim(), text: section }));
}

describe('every alarm', () => {
  test('says how urgent it is, where its runbook is, and tells people when it begins and ends', () => {
    const wrong = alarms().filter(({ Properties }) => {
      const [system = '', condition = ''] = [String(Properties.AlarmName).split('/')[0], String(Properties.AlarmName).split('/').at(-1)];
      const description = String(Properties.AlarmDescription);
      const isDescribed = /^\[(page|ticket)\] \S/.test(description) && description.endsWith(`Runbook: docs/runbooks/${system}.md#${condition.toLowerCase()}`);
      const [onAlarm, onOk] = [Properties.AlarmActions, Properties.OKActions] as (readonly unknown[] | undefined)[];
      return !isDescribed || !onAlarm?.length || !onOk?.length || !Properties.TreatMissingData;
    });
    expect(wrong.map(placeOf)).toEqual([]);
  });

  test('has a heading in its runbook, with all four parts', () => {
    const missing = [...conditionsBySystem()].flatMap(([system, conditions]) => {
      const entries = runbook(system);
      return [...conditions].filter((condition) => {
        const entry = entries.find(({ heading }) => heading === condition);
        return !entry || PARTS.some((part) => !entry.text.includes(part));
      }).map((condition) => `${system}: ${condition}`);
    });
    expect(missing.sort()).toEqual([]);
  });
});

test('every heading of a runbook with the four parts is an alarm', () => {
  const conditions = conditionsBySystem();
  const needless = [...conditions].flatMap(([system, known]) =>
    runbook(system).filter(({ heading, text }) => PARTS.every((part) => text.includes(part)) && !known.has(heading)).map(({ heading }) => `${system}: ${heading}`),
  );
  expect(needless).toEqual([]);
});
