import * as z from 'zod/mini';

const count = z.int('a whole number');

/** A retention policy, as the stack writes it into the environment. */
export const policySchema = z.strictObject({ days: count, daily: count, weekly: count, monthly: count, yearly: count });
