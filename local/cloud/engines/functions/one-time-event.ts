/** Something that happens once, to wait for. */
export class OneTimeEvent<T> {
  readonly happened: Promise<T>;
  private resolve: (value: T) => void = () => undefined;

  constructor() {
    this.happened = new Promise((resolve) => (this.resolve = resolve));
  }

  /** Only the first call counts. */
  trigger(value: T): void {
    this.resolve(value);
  }
}
