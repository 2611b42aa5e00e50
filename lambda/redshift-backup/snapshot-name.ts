/** Redshift puts this before the name. */
const COPY = 'copy:';

/** `<prefix>-YYYYMMDD-HHMMSS` in UTC: the same slot of a schedule gives the same name, whenever it is reached. */
export function snapshotNameAt(prefix: string, slot: Date): string {
  const [day = '', time = ''] = slot.toISOString().split('T');
  return `${prefix}-${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** Whether a snapshot's name is one that the pipeline gives. */
export function isNameOf(prefix: string, identifier: string): boolean {
  return identifier.startsWith(`${prefix}-`) && /^\d{8}-\d{6}$/.test(identifier.slice(prefix.length + 1));
}

/** Whether Redshift has made this of one of them in another region: https://docs.aws.amazon.com/redshift/latest/mgmt/cross-region-snapshot-copy.html */
export function isCopyOf(prefix: string, identifier: string): boolean {
  return identifier.startsWith(COPY) && isNameOf(prefix, identifier.slice(COPY.length));
}

/** Name of the copy that the target account makes of a shared snapshot for itself. */
export function ownedNameOf(identifier: string): string {
  return `${identifier}-owned`;
}
