import { constants } from 'node:os';

/** An error in the form in which Node reports those of the operating system: `connect ECONNREFUSED 10.0.0.1:5432`. */
export function networkError(code: string, syscall: string, subject: string): NodeJS.ErrnoException {
  const errno = (constants.errno as Readonly<Record<string, number>>)[code];
  return Object.assign(new Error([syscall, code, subject].filter(Boolean).join(' ')), { code, syscall, ...(errno !== undefined && { errno: -errno }) });
}
