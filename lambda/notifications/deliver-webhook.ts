import { createHmac } from 'node:crypto';
import type { SNSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV, SIGNATURE_HEADER } from './contract';

const DELIVERY_TIMEOUT_MS = 5_000;

export interface DeliverWebhookPorts {
  readonly url: string;
  readonly signingSecret: Pick<Secret, 'read'>;
  readonly post: (url: string, body: string, headers: Readonly<Record<string, string>>) => Promise<{ readonly status: number }>;
  readonly now: () => Date;
}

const secretSchema = z.object({ key: z.string().check(z.minLength(16)) });

/**
 * Posts every notification to the webhook as JSON: `{ id, subject, message, sentAt }`, signed, so that the receiver can
 * tell who sent it and when.
 *
 * An answer other than 2xx is an error: Lambda tries twice more and then puts the notification into the dead-letter
 * queue. A notification may arrive twice; its `id` tells.
 */
export async function deliverWebhook({ Records }: SNSEvent, { url, signingSecret, post, now }: DeliverWebhookPorts): Promise<{ delivered: number }> {
  const { key } = parseInput(secretSchema, await signingSecret.read(), 'signing secret of the webhook', ['key']);
  for (const { Sns } of Records) {
    const body = JSON.stringify({ id: Sns.MessageId, subject: Sns.Subject, message: Sns.Message, sentAt: Sns.Timestamp });
    const { status } = await post(url, body, { 'content-type': 'application/json', [SIGNATURE_HEADER]: signatureOf(body, key, now()) });
    if (status < 200 || status >= 300) throw new Error(`the webhook answered ${status}`);
  }
  return { delivered: Records.length };
}

function signatureOf(body: string, key: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
}

export const handler = defineHandler('notifications/deliver-webhook', deliverWebhook, (env) => ({
  url: env.required(ENV.WEBHOOK_URL),
  signingSecret: Secret.in({ region: env.region }, env.required(ENV.SIGNING_SECRET_ARN)),
  // A redirect would carry the notification to somebody else.
  post: (url, body, headers) => fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS) }),
  now: () => new Date(),
}));
