/** Environment of the function that hands notifications on. */
export const ENV = {
  WEBHOOK_URL: 'WEBHOOK_URL',
  /** Secret whose field `key` signs what is posted. */
  SIGNING_SECRET_ARN: 'SIGNING_SECRET_ARN',
} as const;

/** Header that says when a notification was signed and how: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", in hexadecimal>`. */
export const SIGNATURE_HEADER = 'holdfast-signature';
