import { loadDeployment } from '../../lib/config/load-deployment';
import { CATALOGUE } from '../../local/rehearsal/catalogue';
import { synthesize } from '../../local/rehearsal/synthesize';

const ENVIRONMENT = 'example';
/** Far more than a system takes; what hangs ends here. */
const TIME_LIMIT_MS = 10 * 60_000;

describe('the rehearsal of the app as it would be deployed', () => {
  let assemblyDirectory: string;

  beforeAll(async () => {
    assemblyDirectory = await synthesize(ENVIRONMENT);
  }, TIME_LIMIT_MS);

  it.each(CATALOGUE)(
    'plays every scenario of $system with permissions that are enough and none too many',
    async (rehearsal) => {
      const ended: { readonly scenario: string; readonly failure: string | undefined }[] = [];
      const { failure, defects, permissions } = await rehearsal.play({
        deployment: loadDeployment(ENVIRONMENT),
        assemblyDirectory,
        only: undefined,
        faults: [],
        denials: [],
        tell: (event) => void (event.type === 'scenario-ended' && ended.push({ scenario: event.scenario, failure: event.failure })),
      });

      expect({ failure, defects }).toEqual({ failure: undefined, defects: [] });
      expect(ended).toEqual(rehearsal.scenarios.map(({ name }) => ({ scenario: name, failure: undefined })));
      expect(permissions.unused).toEqual([]);
    },
    TIME_LIMIT_MS,
  );
});
