import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being worked on, and on whose behalf: a call that waits for the function that it has invoked does nothing itself. */
export class WorkTree {
  private readonly current = new AsyncLocalStorage<Unit>();
  private openUnits = 0;
  private activeUnits = 0;

  /** How many pieces of work are under way. */
  get open(): number {
    return this.openUnits;
  }

  /** How many of them do something: they have begun nothing else that goes on, and do not wait in vain. */
  get active(): number {
    return this.activeUnits;
  }

  /** Begins work on behalf of that in which it is called. */
  begin(): Unit {
    this.openUnits += 1;
    const parent = this.current.getStore();
    return new Unit(parent?.isOpen ? parent : undefined, {
      activated: (change) => (this.activeUnits += change),
      ended: () => (this.openUnits -= 1),
    });
  }

  /** Runs what belongs to the work. */
  within<T>(unit: Unit, work: () => Promise<T>): Promise<T> {
    return this.current.run(unit, work);
  }
}

interface UnitListener {
  readonly activated: (change: 1 | -1) => void;
  readonly ended: () => void;
}

/** One piece of work. */
class Unit {
  isOpen = true;
  private children = 0;
  private isVain = false;
  private isActive = false;

  constructor(
    private readonly parent: Unit | undefined,
    private readonly listener: UnitListener,
  ) {
    parent?.childBegan();
    this.settle();
  }

  /** Whether it waits for what will never come. */
  setVain(isVain: boolean): void {
    this.isVain = isVain;
    this.settle();
  }

  /** It may be called twice. */
  end(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.settle();
    this.listener.ended();
    this.parent?.childEnded();
  }

  private childBegan(): void {
    this.children += 1;
    this.settle();
  }

  private childEnded(): void {
    this.children -= 1;
    this.settle();
  }

  private settle(): void {
    const isActive = this.isOpen && this.children === 0 && !this.isVain;
    if (isActive === this.isActive) return;
    this.isActive = isActive;
    this.listener.activated(isActive ? 1 : -1);
  }
}
