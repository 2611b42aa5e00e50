/** The parts of dynalite that work without its HTTP server; the package has no types of its own. */

declare module 'dynalite/db/index.js' {
  export interface Store {
    readonly tableDb: { awsAccountId: string; awsRegion: string };
    readonly db: { close(done: (error?: Error) => void): void };
  }
  export function create(options: { readonly createTableMs: number; readonly deleteTableMs: number; readonly updateTableMs: number }): Store;
  /** The error of a condition that does not hold for the item; nothing when it holds. */
  export function checkConditional(validated: object, item: object | undefined): Error | null | undefined;
}

declare module 'dynalite/validations/index.js' {
  /** Both throw errors with `statusCode` and `body`; the second adds the parsed expressions to the data. */
  export function checkTypes(data: object, types: object): object;
  export function checkValidations(data: object, types: object, custom: unknown, store: object): void;
}
