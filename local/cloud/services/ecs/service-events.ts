import { randomUUID } from 'node:crypto';
import type { Service } from './container-service';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html: "You can view the 100 most recent service events". */
const KEPT = 100;

/** Adds what happened to the events of a service, in the words that ECS uses. */
export function announce(service: Service, at: Date, message: string): void {
  service.events = [{ id: randomUUID(), createdAt: at, message }, ...service.events].slice(0, KEPT);
}
