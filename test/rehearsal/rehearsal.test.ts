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

  // Every scenario, and what no role needed, is for `npm start`.
  it.each(CATALOGUE)(
    'plays the main story of $system, and nobody lacks a permission',
    async (rehearsal) => {
      const ended: { readonly scenario: string; readonly failure: string | undefined }[] = [];
      const main = rehearsal.clouds[0]![0]!.name;
      const { failure, defects } = await rehearsal.play({
        deployment: loadDeployment(ENVIRONMENT),
        assemblyDirectory: Promise.resolve(assemblyDirectory),
        scenarios: [main],
        faults: [],
        denials: [],
        tell: (event) => void (event.type === 'scenario-ended' && ended.push({ scenario: event.scenario, failure: event.failure })),
      });

      expect({ failure, defects }).toEqual({ failure: undefined, defects: [] });
      expect(ended).toEqual([{ scenario: main, failure: undefined }]);
    },
    TIME_LIMIT_MS,
  );
});
