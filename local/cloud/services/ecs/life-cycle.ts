/**
 * How long a task is in its states. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 * names the states; how long they take on Fargate is not promised. These are what public measurements of small images show.
 */
export const ECS_DURATIONS = {
  /** The network interface and the machine behind it. */
  provisioningMs: 12_000,
  /** Fetching and unpacking an image: a start, and then by its size. */
  pullMs: 8_000,
  pullMsPerMb: 50,
  /** Between the containers' start and `RUNNING`. */
  activatingMs: 2_000,
  deprovisioningMs: 8_000,
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html: stopTimeout */
  stopTimeoutSeconds: 30,
  /** How often the scheduler looks at a service by itself. */
  schedulerMs: 15_000,
  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html: stopped tasks can be seen for an hour. */
  stoppedTasksMs: 3_600_000,
  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html: the time between attempts grows, up to 27 minutes. */
  firstBackoffMs: 10_000,
  longestBackoffMs: 27 * 60_000,
} as const;
