/** Parts on their way from readers to loaders; a full queue makes readers wait, a broken one ends both. */
export class PartQueue<Part> {
  private readonly parts: Part[] = [];
  private wakers: (() => void)[] = [];
  private ended = false;
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly capacity: number) {}

  get isBroken(): boolean {
    return this.failure !== undefined;
  }

  async push(part: Part): Promise<void> {
    while (this.parts.length >= this.capacity && !this.failure) await this.change();
    this.parts.push(part);
    this.wake();
  }

  /** The next part; nothing when there will be none. */
  async pull(): Promise<Part | undefined> {
    while (this.parts.length === 0 && !this.ended && !this.failure) await this.change();
    if (this.failure) return undefined;
    const part = this.parts.shift();
    this.wake();
    return part;
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  break(error: unknown): void {
    this.failure ??= { error };
    this.wake();
  }

  check(): void {
    if (this.failure) throw this.failure.error;
  }

  /** What nobody pulled. */
  get leftovers(): readonly Part[] {
    return this.parts;
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve));
  }

  private wake(): void {
    const { wakers } = this;
    this.wakers = [];
    for (const waker of wakers) waker();
  }
}
