import type { HealthCheckObservation } from '@aws-sdk/client-route-53';
import type { CloudContext } from '../../gateway/cloud-context';
import type { InternetSource } from '../../network/network-source';
import type { Prober, ProbeResult } from '../../network/prober';
import type { HealthCheck } from './hosted-zone';
import { ROUTE53_DURATIONS } from './life-cycle';

export interface CheckerPorts {
  readonly cloud: CloudContext;
  readonly prober: Prober;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html: Regions, in the order of the reference. */
export const CHECKER_REGIONS = ['us-east-1', 'us-west-1', 'us-west-2', 'eu-west-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'sa-east-1'] as const;
/** Route 53 has about fifteen checkers for an endpoint; these stand for them, in as many of the regions that are asked for. */
const CHECKERS = 3;
/** "If more than 18% of health checkers report that an endpoint is healthy, Route 53 considers it healthy." */
const HEALTHY_SHARE = 0.18;
const SEARCHED_BYTES = 5_120;

interface Checker {
  readonly region: string;
  /** Until there are results enough, an endpoint counts as healthy. */
  isHealthy: boolean;
  streak: { passed: boolean; count: number };
  status: string;
  checkedAt: Date | undefined;
}

/**
 * Looks at an endpoint from several regions over the internet.
 *
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class EndpointChecker {
  private readonly checkers: readonly Checker[];
  private readonly ended = new AbortController();
  private failure: HealthCheckObservation[] = [];

  constructor(
    private readonly ports: CheckerPorts,
    private readonly check: HealthCheck,
    private readonly onChange: () => void,
  ) {
    const regions = check.config.Regions?.length ? check.config.Regions : spread(CHECKER_REGIONS);
    this.checkers = regions.slice(0, CHECKERS).map((region) => ({ region, isHealthy: true, streak: { passed: true, count: 0 }, status: 'Health check has not been performed yet', checkedAt: undefined }));
    this.checkers.forEach((checker, index) => {
      this.run(checker, index / CHECKERS).catch((error: Error) => {
        if (!this.ended.signal.aborted) ports.cloud.reportDefect(error, `health check ${check.id}`);
      });
    });
  }

  /** Checkers of a region that is lost say nothing any more. */
  get isHealthy(): boolean {
    const present = this.checkers.filter(({ region }) => !this.ports.cloud.regions.isLost(region));
    return present.length === 0 || present.filter(({ isHealthy }) => isHealthy).length / present.length > HEALTHY_SHARE;
  }

  get percentageHealthy(): number {
    return (100 * this.checkers.filter(({ isHealthy }) => isHealthy).length) / this.checkers.length;
  }

  get observations(): readonly HealthCheckObservation[] {
    return this.checkers.map(observationOf);
  }

  /** What the checkers last saw when they failed. */
  get lastFailures(): readonly HealthCheckObservation[] {
    return this.failure;
  }

  end(): void {
    this.ended.abort();
  }

  /** The checkers of different regions do not know of each other, so their requests are spread over the interval. */
  private async run(checker: Checker, phase: number): Promise<void> {
    const { clock, regions } = this.ports.cloud;
    const intervalMs = (this.check.config.RequestInterval ?? 30) * 1000;
    await clock.sleep(phase * intervalMs, this.ended.signal);
    for (;;) {
      await regions.whenPresent(checker.region);
      const result = this.check.config.Disabled ? undefined : await this.look(checker);
      if (this.ended.signal.aborted) return;
      if (result) this.note(checker, result);
      await clock.sleep(intervalMs, this.ended.signal);
    }
  }

  private look({ region }: Checker): Promise<ProbeResult> {
    const { Type, IPAddress, FullyQualifiedDomainName, Port, ResourcePath = '/', EnableSNI } = this.check.config;
    const source: InternetSource = { kind: 'internet', name: `Route 53 health checker in ${region}`, region };
    const isTls = Type?.startsWith('HTTPS') ?? false;
    const host = IPAddress ?? FullyQualifiedDomainName ?? '';
    const port = Port ?? (isTls ? 443 : 80);
    if (Type === 'TCP') return this.ports.prober.tcp(source, { host, port, timeoutMs: ROUTE53_DURATIONS.tcpTimeoutMs });
    const name = FullyQualifiedDomainName ?? host;
    return this.ports.prober.http(source, {
      protocol: isTls ? 'https' : 'http',
      host,
      port,
      path: ResourcePath.startsWith('/') ? ResourcePath : `/${ResourcePath}`,
      timeoutMs: ROUTE53_DURATIONS.httpTimeoutMs,
      headers: { host: port === (isTls ? 443 : 80) ? name : `${name}:${port}`, 'user-agent': `Amazon-Route53-Health-Check-Service (ref ${this.check.id}; report http://amzn.to/1vsZADi)` },
      bodyBytes: Type?.endsWith('STR_MATCH') ? SEARCHED_BYTES : 0,
      serverName: EnableSNI === false ? undefined : FullyQualifiedDomainName,
    });
  }

  private note(checker: Checker, result: ProbeResult): void {
    const passed = this.passes(result);
    checker.streak = { passed, count: checker.streak.passed === passed ? checker.streak.count + 1 : 1 };
    checker.status = `${passed ? 'Success' : 'Failure'}: ${describe(result)}`;
    checker.checkedAt = this.ports.cloud.clock.now();
    if (!passed) this.failure = [...this.failure.filter(({ Region }) => Region !== checker.region), observationOf(checker)];
    if (checker.streak.count < (this.check.config.FailureThreshold ?? 3) || checker.isHealthy === passed) return;
    checker.isHealthy = passed;
    this.onChange();
  }

  private passes(result: ProbeResult): boolean {
    if (result.kind === 'connected') return true;
    if (result.kind !== 'answered') return false;
    const { Type, SearchString = '' } = this.check.config;
    return result.statusCode >= 200 && result.statusCode < 400 && (!Type?.endsWith('STR_MATCH') || result.body.includes(SearchString));
  }
}

function observationOf({ region, status, checkedAt }: Checker): HealthCheckObservation {
  return { Region: region as HealthCheckObservation['Region'], StatusReport: { Status: status, ...(checkedAt && { CheckedTime: checkedAt }) } };
}

function describe(result: ProbeResult): string {
  switch (result.kind) {
    case 'answered':
      return `HTTP Status Code ${result.statusCode}`;
    case 'connected':
      return 'Connection established';
    case 'timed-out':
      return 'Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall.';
    case 'failed':
      return result.reason;
  }
}

/** Far from each other, where nothing is asked for. */
function spread(regions: readonly string[]): readonly string[] {
  return [regions[0], regions[3], regions[6]].filter((region) => region !== undefined);
}
