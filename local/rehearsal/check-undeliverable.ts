import type { Place } from '../cloud/gateway/service';
import type { Schedules } from './schedules';
import type { Stage } from './stage';
import { undeliveredLetters } from './undelivered-letters';

const TWO_HOURS_MS = 7_200_000;

export interface UndeliverableProps {
  readonly place: Place;
  /** The schedule's name, with which the names of its role and of its dead-letter queue begin. */
  readonly name: string;
  /** Schedules that do their work meanwhile. @default none */
  readonly beside?: readonly string[];
}

/** Fails the scenario unless a schedule that may not call its function for two hours keeps what it could not deliver. */
export async function checkUndeliverable(stage: Stage<unknown>, schedules: Schedules, { place, name, beside = [] }: UndeliverableProps): Promise<void> {
  await stage.without(`${name}-schedule=lambda:InvokeFunction`, () =>
    schedules.whileFiring([name, ...beside], () => stage.step(`for two hours the schedule ${name} may not call its function`, () => stage.cloud.clock.pass(TWO_HOURS_MS))),
  );
  stage.check((await undeliveredLetters(stage, place, name)).length > 0, 'what the schedule could not deliver lies in its dead-letter queue');
}
