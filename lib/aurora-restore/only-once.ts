/**
 * Condition of a permission to write objects: only such as are not there yet.
 *
 * A lock keeps versions, but lets whoever may write put another on top, which readers would get. S3 refuses the header
 * `If-None-Match` with any other value than `*`. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export const ONLY_ONCE = { Null: { 's3:if-none-match': 'false' } } as const;
