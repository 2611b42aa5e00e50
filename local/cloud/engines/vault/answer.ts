import { randomUUID } from 'node:crypto';

/** An HTTP answer; without a body it is a 204. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** How a login or renewal describes a token. */
export interface TokenGrant {
  readonly client_token: string;
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly token_policies: readonly string[];
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly lease_duration: number;
  readonly renewable: boolean;
  readonly entity_id: string;
  readonly token_type: 'service';
  readonly orphan: boolean;
  readonly mfa_requirement: null;
  readonly num_uses: number;
}

export interface AnswerContent {
  readonly data?: object | null;
  readonly auth?: TokenGrant;
  readonly lease?: { readonly id: string; readonly durationSeconds: number };
  readonly warnings?: readonly string[];
  /** The kind of engine that answers. */
  readonly mountType?: string;
  /** Fields outside of `data`, which older clients read. */
  readonly legacy?: object;
  readonly status?: number;
}

export const NO_CONTENT: Answer = { status: 204 };

/** Puts content into the envelope that all of Vault's engines answer in. */
export function answer(content: AnswerContent): Answer {
  const { data = null, auth = null, lease, warnings = [], mountType = '', legacy = {}, status = 200 } = content;
  return {
    status,
    body: {
      ...legacy,
      request_id: randomUUID(),
      lease_id: lease?.id ?? '',
      renewable: lease !== undefined,
      lease_duration: lease?.durationSeconds ?? 0,
      data,
      wrap_info: null,
      warnings: warnings.length > 0 ? warnings : null,
      auth,
      mount_type: mountType,
    },
  };
}
