/** Sessions by their position: each is opened when somebody first asks for it, and once, however many ask at a time. */
export class OpenSessions<Session> {
  private readonly opening = new Map<number, Promise<Session>>();

  constructor(private readonly open: () => Promise<Session>) {}

  /** How many are open or about to be. */
  get size(): number {
    return this.opening.size;
  }

  /** The session at this position. One that could not be opened is opened anew for whoever asks next. */
  at(position: number): Promise<Session> {
    const known = this.opening.get(position);
    if (known) return known;
    const opening = this.open();
    this.opening.set(position, opening);
    opening.catch(() => this.opening.delete(position));
    return opening;
  }

  /** All that are open, when those that are about to be have arrived. */
  async all(): Promise<readonly Session[]> {
    const outcomes = await Promise.allSettled(this.opening.values());
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }
}
