import { loadDeployment } from '../../lib/config/load-deployment';
import { playScenarios } from '../rehearsal/play-scenarios';
import type { Scenario } from '../rehearsal/scenario';
import { synthesize } from '../rehearsal/synthesize';
import { TerminalReport } from '../report/terminal-report';
import { warmStandbyRehearsal } from '../scenarios/warm-standby/rehearsal';
import type { WarmStandbyWorld } from '../scenarios/warm-standby/world';

/** Deploys the warm standby into a local cloud and plays one story there. Resolves with why it failed, if it did. */
export async function playOnWarmStandby(scenario: Scenario<WarmStandbyWorld>, environment: string, print: (line: string) => void): Promise<string | undefined> {
  const report = new TerminalReport(print);
  let failure: string | undefined;
  const record = await playScenarios(
    { ...warmStandbyRehearsal, clouds: [[scenario]] },
    {
      deployment: loadDeployment(environment),
      assemblyDirectory: synthesize(environment, warmStandbyRehearsal.system),
      scenarios: [scenario.name],
      faults: [],
      denials: [],
      tell: (event) => {
        if (event.type === 'scenario-ended') failure = event.failure;
        // Hundreds of packets that a lost region has swallowed are no news.
        report.show(event.type === 'scenario-ended' ? { ...event, refusals: [] } : event);
      },
    },
  );
  return record.failure ?? failure ?? record.defects[0];
}
