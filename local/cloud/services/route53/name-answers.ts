import type { NameAnswer, NameServer } from '../../network/name-server';
import type { DnsQuery, DnsRecord, DnsReply } from './dns-message';
import { normalName, type HostedZone } from './hosted-zone';
import type { AnswerRecord, RecordAnswer } from './record-answer';
import type { Route53State } from './route53-state';

export interface NamePorts {
  readonly state: Route53State;
  readonly records: RecordAnswer;
  /** Addresses of the names of AWS's own zones, such as those of databases, as seen from the internet. */
  resolveElsewhere(name: string): readonly string[];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ConnectToPostgreSQLInstance.html: endpoints of databases follow a failover within seconds. */
const TTL_ELSEWHERE_SECONDS = 5;
/** A chain of aliases over zones longer than this is a circle. */
const LONGEST_CHAIN = 8;

/** Answers for all hosted zones: to DNS queries from the internet, and to the VPCs of the cloud. */
export class NameAnswers implements NameServer {
  constructor(private readonly ports: NamePorts) {}

  /** The reply to a query from the internet. */
  reply({ name, type }: DnsQuery): DnsReply {
    const zone = this.zoneOf(name, undefined);
    if (!zone) return this.elsewhere(name, type);
    const answers = this.chain(zone, name, type);
    if (answers.length > 0) return { code: 'NOERROR', isAuthoritative: true, answers };
    const authority = this.ports.records.to(zone, zone.name, 'SOA').map((record) => ({ ...record }));
    return { code: this.ports.records.has(zone, name) ? 'NOERROR' : 'NXDOMAIN', isAuthoritative: true, answers: [], authority };
  }

  /** For the network of the cloud: an alias where the answer is a CNAME. */
  resolve(name: string, vpcId: string | undefined): NameAnswer | undefined {
    const asked = normalName(name);
    const zone = this.zoneOf(asked, vpcId);
    if (!zone) return undefined;
    const records = this.ports.records.to(zone, asked, 'A');
    const [first] = records;
    if (!first) return { kind: 'no-such-name' };
    if (first.type === 'CNAME') return { kind: 'alias', name: first.value };
    return { kind: 'addresses', addresses: records.map(({ value }) => value) };
  }

  /** What a name server of the zone would answer. */
  test(zone: HostedZone, name: string, type: string): readonly AnswerRecord[] {
    return this.ports.records.to(zone, name, type);
  }

  /** Follows CNAMEs as far as there are zones in charge of them, and to the addresses elsewhere. */
  private chain(first: HostedZone, name: string, type: string): readonly DnsRecord[] {
    const answers: DnsRecord[] = [];
    let zone: HostedZone | undefined = first;
    let asked = name;
    for (let step = 0; step < LONGEST_CHAIN; step += 1) {
      const records: readonly AnswerRecord[] = zone ? this.ports.records.to(zone, asked, type) : this.elsewhere(asked, type).answers;
      answers.push(...records);
      const alias: AnswerRecord | undefined = records[0];
      if (alias?.type !== 'CNAME' || type === 'CNAME') return answers;
      asked = normalName(alias.value);
      zone = this.zoneOf(asked, undefined);
    }
    return answers;
  }

  private elsewhere(name: string, type: string): DnsReply {
    const addresses = this.ports.resolveElsewhere(name.replace(/\.$/, ''));
    if (addresses.length === 0) return { code: 'NXDOMAIN', isAuthoritative: false, answers: [] };
    return { code: 'NOERROR', isAuthoritative: false, answers: type === 'A' ? addresses.map((value) => ({ name, type: 'A', ttlSeconds: TTL_ELSEWHERE_SECONDS, value })) : [] };
  }

  /** The zone with the longest name that the name is in; for a VPC its private zones come first. */
  private zoneOf(name: string, vpcId: string | undefined): HostedZone | undefined {
    const fitting = [...this.ports.state.zones.values()].filter((zone) => (name === zone.name || name.endsWith(`.${zone.name}`)) && (!zone.isPrivate || zone.vpcs.some(({ VPCId }) => VPCId === vpcId)));
    const depth = ({ name: zoneName, isPrivate }: HostedZone): number => zoneName.split('.').length + (isPrivate ? 0.5 : 0);
    return fitting.sort((a, b) => depth(b) - depth(a))[0];
  }
}

