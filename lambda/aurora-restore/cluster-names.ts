import { createHash } from 'node:crypto';

/** Room for what is appended: `-r` and eight digits, and the `-1` of an instance, within RDS's 63 characters. */
const LONGEST_STEM = 50;
/** Room for `-old-` and twelve digits. */
const LONGEST_RETIRED_STEM = 45;

/** Name that a cluster is restored under while another has the target's name. It follows from the operation, so a second run finds it. */
export function ownNameOf(target: string, operationId: string): string {
  const suffix = createHash('sha256').update(operationId).digest('hex').slice(0, 8);
  return `${stem(target, LONGEST_STEM)}-r${suffix}`;
}

/** Name of a restored cluster's instance. It follows from the operation alone: a cluster that made room keeps the names of its instances. */
export function instanceNameOf(target: string, operationId: string): string {
  return `${ownNameOf(target, operationId)}-1`;
}

/** Name of a cluster that made room for a newer one at that moment. */
export function retiredNameOf(target: string, retiredAt: string): string {
  return `${stem(target, LONGEST_RETIRED_STEM)}-old-${retiredAt.slice(0, 16).replace(/\D/g, '')}`;
}

/** RDS allows no two hyphens in a row. */
function stem(name: string, longest: number): string {
  return name.slice(0, longest).replace(/-+$/, '');
}
