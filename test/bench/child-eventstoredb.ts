/** The EventStoreDB of the tests, in a process of its own; tells on request how often it was asked. */
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { answer, serving } from './children.ts';

const server = await InProcessServer.start();
serving({ url: server.url }, () => server.close());
process.on('message', () => answer({ ...server.asked }));
