import * as z from 'zod/mini';
import type { Secret } from '../../common/aws/secret';
import { parseInput } from '../../common/parse-input';

/** A password that the SCRAM computation takes without SASLprep, and a connection URL when escaped. */
const password = z.string().check(z.regex(/^[\x21-\x7e]{12,128}$/, '12 to 128 printable ASCII characters without spaces'));

/** What the secret may hold before a run. Passwords that are there are used: the clients of the database know them already. */
const schema = z.object({
  app_password: z.optional(password),
  readonly_pwd: z.optional(password),
  /** Passwords of roles that keep their login. */
  rotated: z.optional(z.record(z.string(), password)),
});

/** What the secret of the application holds after a run. */
export interface AppSecret {
  readonly app_username: string;
  readonly app_password: string;
  readonly readonly_user: string;
  readonly readonly_pwd: string;
  readonly rotated: Readonly<Record<string, string>>;
}

export interface UserNames {
  readonly application: string;
  readonly readOnly: string;
  readonly keep: readonly string[];
}

/** Checks what somebody has put into the secret; the message shows no password. Raises `InvalidInput`. */
export function parseAppSecret(content: unknown): z.output<typeof schema> {
  return parseInput(schema, content, 'secret of the application', ['app_password', 'readonly_pwd', 'rotated']);
}

/**
 * Completes the secret: passwords that are missing are made, the others stay.
 *
 * They stay from run to run, so that a refreshed database takes the logins of the one before and a failed run leaves
 * that one's clients alone. Whoever wants others takes them out of the secret or puts new ones in.
 */
export async function completeAppSecret(secret: Pick<Secret, 'read' | 'write' | 'newPassword'>, { application, readOnly, keep }: UserNames): Promise<AppSecret> {
  const content = await secret.read();
  const { app_password, readonly_pwd, rotated = {} } = parseAppSecret(content);
  const kept: Record<string, string> = {};
  for (const role of keep) kept[role] = rotated[role] ?? (await secret.newPassword());
  const complete: AppSecret = {
    app_username: application,
    app_password: app_password ?? (await secret.newPassword()),
    readonly_user: readOnly,
    readonly_pwd: readonly_pwd ?? (await secret.newPassword()),
    rotated: kept,
  };
  if (JSON.stringify(complete) !== JSON.stringify(content)) await secret.write({ ...complete });
  return complete;
}
