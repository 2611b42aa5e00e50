import type { SNSEvent } from 'aws-lambda';
import { defineHandler } from '../common/define-handler';
import { ENV } from './contract';

const DELIVERY_TIMEOUT_MS = 5_000;

export interface DeliverWebhookPorts {
  readonly url: string;
  readonly post: (url: string, body: string) => Promise<{ readonly status: number }>;
}

/**
 * Posts every notification to the webhook as JSON: `{ subject, message, sentAt }`.
 *
 * An answer other than 2xx is an error, so that Lambda tries again and the dead-letter queue keeps what nobody took.
 */
export async function deliverWebhook({ Records }: SNSEvent, { url, post }: DeliverWebhookPorts): Promise<{ delivered: number }> {
  for (const { Sns } of Records) {
    const { status } = await post(url, JSON.stringify({ subject: Sns.Subject, message: Sns.Message, sentAt: Sns.Timestamp }));
    if (status < 200 || status >= 300) throw new Error(`the webhook answered ${status}`);
  }
  return { delivered: Records.length };
}

export const handler = defineHandler('notifications/deliver-webhook', deliverWebhook, (env) => ({
  url: env.required(ENV.WEBHOOK_URL),
  post: (url, body) => fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS) }),
}));
