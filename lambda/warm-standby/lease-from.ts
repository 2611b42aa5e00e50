import { LEASE_SECONDS } from './contract';

/** When a lease that is given now ends. */
export function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1000);
}
