/** JSON objects in memory. */
export class MemoryBucket {
  readonly objects: Record<string, unknown>;

  constructor(objects: Readonly<Record<string, unknown>> = {}) {
    this.objects = { ...objects };
  }

  async readJson(key: string): Promise<unknown> {
    return structuredClone(this.objects[key]);
  }

  async writeJson(key: string, content: unknown): Promise<void> {
    this.objects[key] = structuredClone(content);
  }

  async writeJsonOnce(key: string, content: unknown): Promise<boolean> {
    if (key in this.objects) return false;
    await this.writeJson(key, content);
    return true;
  }
}

/** A secret in memory that makes passwords which tell their order. */
export class MemorySecret {
  writes = 0;
  private made = 0;

  constructor(public content: Readonly<Record<string, unknown>> | null = {}) {}

  async exists(): Promise<boolean> {
    return this.content !== null;
  }

  async read(): Promise<Readonly<Record<string, unknown>>> {
    return structuredClone(this.content ?? {});
  }

  async write(content: Readonly<Record<string, unknown>>): Promise<void> {
    this.writes += 1;
    this.content = structuredClone(content);
  }

  async newPassword(): Promise<string> {
    this.made += 1;
    return `made-password-${this.made}`;
  }
}
