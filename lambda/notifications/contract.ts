/** Environment of the function that hands notifications on. */
export const ENV = { WEBHOOK_URL: 'WEBHOOK_URL' } as const;
