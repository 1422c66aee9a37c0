/**
 * A sample for a trusted system that reads EventStoreDB itself, beside this service: a consumer in a persistent subscription,
 * whose place the server keeps. Nothing is left out or sealed off here as it is in the feed: the credentials of the server
 * are the right to read everything. Copy it; it needs `@eventstore/db-client` alone.
 *
 *     node infra/integrators/beside.js 'esdb://user:password@host:2113?tls=true' my-group gongguan
 */
import { pathToFileURL } from 'node:url';
import {
  EventStoreDBClient,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';

/**
 * Follows all events of an installation, oldest first, and takes each once `onEvent` has come to its end; what was not taken
 * comes again, to this consumer or the next of the group. So each comes at least once: whoever keeps what he made of them
 * keeps the ids beside it. Across consumers of one group nothing is in order.
 *
 * @param {object} options
 * @param {string} options.url connection string of the server
 * @param {string} options.group name of the group; its place in the log is kept under it
 * @param {string} options.namespace of the installation (`EVENTSTOREDB_NAMESPACE`): its streams begin with it and a dot
 * @param {(event: { id: string, type: string, schemaVersion: number, stream: string, data: unknown, meta: unknown }) => unknown} options.onEvent
 * @returns {Promise<{ done: Promise<void>, end(): Promise<void> }>} `done` rejects where `onEvent` fails or the server breaks
 * off: follow again then, what was not taken comes again
 */
export async function followBeside({ url, group, namespace, onEvent }) {
  const client = EventStoreDBClient.connectionString(url);
  const prefix = `${namespace}.`;
  const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
  try {
    await client.createPersistentSubscriptionToAll(group, settings, {
      filter: streamNameFilter({ prefixes: [prefix] }),
    });
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
  }
  const subscription = client.subscribeToPersistentSubscriptionToAll(group);
  let isEnding = false;
  async function take() {
    try {
      for await (const resolved of subscription) {
        const { event } = resolved;
        if (!event) continue;
        const { schemaVersion, meta } = event.metadata ?? {};
        const stream = event.streamId.slice(prefix.length);
        await onEvent({ id: event.id, type: event.type, schemaVersion, stream, data: event.data, meta });
        await subscription.ack(resolved);
      }
    } catch (error) {
      if (!isEnding) throw error;
    } finally {
      await client.dispose();
    }
  }
  const done = take();
  return {
    done,
    async end() {
      isEnding = true;
      await subscription.unsubscribe();
      await done;
    },
  };
}

const [, script = '', url, group = 'sample', namespace = 'gongguan'] = process.argv;
if (import.meta.url === pathToFileURL(script).href && url !== undefined) {
  const onEvent = event => console.log(JSON.stringify(event));
  const { done, end } = await followBeside({ url, group, namespace, onEvent });
  process.once('SIGINT', () => void end());
  await done;
}
