/** What is wrong with a filter pattern. */
export class InvalidFilterPattern extends Error {
  override readonly name = 'InvalidFilterPattern';
}
