import type { ResourceContext } from '../../../deploy/resource-provider';
import { TemplateError } from '../../../deploy/template-properties';

const POLL_MS = 30_000;
/** CloudFormation gives a database up to this long. */
const PATIENCE_MS = 24 * 3_600_000;

/** Polls, as CloudFormation does, until what is described is available, and returns its description. */
export async function untilAvailable<Description>(
  { clock }: ResourceContext,
  what: string,
  describe: () => Promise<Description | undefined>,
  statusOf: (description: Description) => string | undefined,
): Promise<Description> {
  const poll = async (): Promise<Description> => {
    for (;;) {
      const description = await describe();
      const status = description && statusOf(description);
      if (description && status === 'available') return description;
      if (status === 'failed') throw new TemplateError(`${what} failed`);
      await clock.sleep(POLL_MS);
    }
  };
  return clock.passUntil(poll(), PATIENCE_MS, what);
}
