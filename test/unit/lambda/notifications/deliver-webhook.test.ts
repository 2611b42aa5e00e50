import { createHmac } from 'node:crypto';
import type { SNSEvent } from 'aws-lambda';
import { deliverWebhook, type DeliverWebhookPorts } from '../../../../lambda/notifications/deliver-webhook';

const KEY = 'a-key-of-sixteen-or-more';
const NOW = new Date('2026-01-02T03:04:05Z');

const event = (...messages: string[]): SNSEvent => ({
  Records: messages.map((Message) => ({ Sns: { MessageId: `id of ${Message}`, Subject: 'Alarm', Message, Timestamp: '2026-01-02T03:04:00.000Z' } })) as SNSEvent['Records'],
});

/** Ports whose receiver answers with the statuses in turn, and what it was sent. */
function ports(...statuses: number[]) {
  const posts: { url: string; body: string; headers: Readonly<Record<string, string>> }[] = [];
  const all: DeliverWebhookPorts = {
    url: 'https://hooks.example.com/db',
    signingSecret: { read: async () => ({ key: KEY }) },
    post: async (url, body, headers) => {
      posts.push({ url, body, headers });
      return { status: statuses[posts.length - 1] ?? 200 };
    },
    now: () => NOW,
  };
  return { all, posts };
}

describe('deliverWebhook', () => {
  test('posts each notification as JSON', async () => {
    const { all, posts } = ports();

    await expect(deliverWebhook(event('one', 'two'), all)).resolves.toEqual({ delivered: 2 });

    expect(posts.map(({ url, body }): [string, unknown] => [url, JSON.parse(body)])).toEqual([
      ['https://hooks.example.com/db', { id: 'id of one', subject: 'Alarm', message: 'one', sentAt: '2026-01-02T03:04:00.000Z' }],
      ['https://hooks.example.com/db', { id: 'id of two', subject: 'Alarm', message: 'two', sentAt: '2026-01-02T03:04:00.000Z' }],
    ]);
  });

  test('signs time and body, so that a receiver can verify both', async () => {
    const { all, posts } = ports();

    await deliverWebhook(event('one'), all);

    const seconds = NOW.getTime() / 1000;
    const expected = createHmac('sha256', KEY).update(`${seconds}.${posts[0]!.body}`).digest('hex');
    expect(posts[0]!.headers['holdfast-signature']).toBe(`t=${seconds},v1=${expected}`);
  });

  test.each([199, 300, 404, 500])('fails when the receiver answers %d', async (status) => {
    await expect(deliverWebhook(event('one'), ports(status).all)).rejects.toThrow(`the webhook answered ${status}`);
  });

  test.each([200, 204, 299])('is content with %d', async (status) => {
    await expect(deliverWebhook(event('one'), ports(status).all)).resolves.toEqual({ delivered: 1 });
  });

  test('refuses a secret without a proper key, and does not show it', async () => {
    const { all, posts } = ports();
    const failure = deliverWebhook(event('one'), { ...all, signingSecret: { read: async () => ({ key: 'short' }) } });

    await expect(failure).rejects.toThrow(/key: the value given is not allowed/);
    await expect(failure).rejects.not.toThrow(/short/);
    expect(posts).toEqual([]);
  });
});
