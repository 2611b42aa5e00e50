/** One end of a connection, by everything that a cut may choose it by. */
export interface ConnectionEnd {
  /** `function copy-snapshot`, or the host's name. */
  readonly name: string;
  readonly region: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly vpcId: string | undefined;
}

/** Chooses ends; what is absent does not matter. */
export type EndSelector = Partial<ConnectionEnd>;

/** Partitions of the network, as a scenario makes them. */
export class NetworkCuts {
  private readonly cuts = new Set<readonly [EndSelector, EndSelector]>();
  private readonly islands: string[] = [];

  /** Cuts everything between the two; the returned function heals it. */
  add(one: EndSelector, other: EndSelector): () => void {
    const cut = [one, other] as const;
    this.cuts.add(cut);
    return () => this.cuts.delete(cut);
  }

  /** Cuts a region off from everything outside of it; the returned function heals it. */
  isolate(region: string): () => void {
    this.islands.push(region);
    return () => this.islands.splice(this.islands.indexOf(region), 1);
  }

  separates(source: ConnectionEnd, target: ConnectionEnd): boolean {
    if (this.islands.some((region) => (source.region === region) !== (target.region === region))) return true;
    return [...this.cuts].some(([one, other]) => (fits(one, source) && fits(other, target)) || (fits(one, target) && fits(other, source)));
  }
}

function fits(selector: EndSelector, end: ConnectionEnd): boolean {
  return Object.entries(selector).every(([key, wanted]) => wanted === undefined || end[key as keyof ConnectionEnd] === wanted);
}
