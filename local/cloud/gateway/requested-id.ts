/**
 * The tag by which whoever prepares a rehearsal gives a resource a certain id, so that a deployment description can
 * name what "was there before". AWS itself makes ids up.
 */
export const ID_TAG = 'local-cloud:id';

export function requestedId(tags: Readonly<Record<string, string>>): string | undefined {
  return tags[ID_TAG];
}
