/** `gongguan/client`: the API for programs in TypeScript. */
export type { CloudEvent } from '../integrators/cloud-event.ts';
export { type AskOptions, type CommandAnswer, GongguanClient, type SendOptions } from './client.ts';
export type { ConnectionOptions } from './connection.ts';
export { type FeedOptions, type Followed, type PulledPage, type PullOptions, StreamEnded } from './feed.ts';
export { ApiProblem } from './problem.ts';
export type {
  CommandInput,
  CommandPath,
  ListPage,
  ListPath,
  ListRow,
  QueryAnswer,
  QueryInput,
  QueryPath,
} from './routes.ts';
export { eventOfWebhook } from './webhook.ts';
