import type { ClockReading } from '../../gateway/clock';

const MachineDate = Date;
const machineNow = MachineDate.now.bind(MachineDate);
let reading: ClockReading = { cloudMs: 0, wallMs: 0, rate: 1 };

/** Makes `Date` show the cloud's time; timers and `performance` keep to the machine's. */
export function showCloudTime(first: ClockReading): void {
  reading = first;
  // One prototype for both, so that dates made by Node itself are instances of what programs call Date.
  MachineDate.prototype.constructor = CloudDate;
  globalThis.Date = CloudDate as unknown as DateConstructor;
}

/** The cloud's clock has changed its pace or leapt. */
export function setCloudTime(next: ClockReading): void {
  reading = next;
}

function now(): number {
  return Math.floor(reading.cloudMs + (machineNow() - reading.wallMs) * reading.rate);
}

function CloudDate(...values: unknown[]): Date | string {
  if (!new.target) return new MachineDate(now()).toString();
  return Reflect.construct(MachineDate, values.length === 0 ? [now()] : values, new.target === CloudDate ? MachineDate : new.target) as Date;
}
Object.defineProperties(CloudDate, {
  ...Object.getOwnPropertyDescriptors(MachineDate),
  name: { value: 'Date' },
  now: { value: now, writable: true, configurable: true },
});
