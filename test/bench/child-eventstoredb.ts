/** The EventStoreDB of the tests, in a process of its own; tells on request how often it was asked. */
import { Commits, OF_23_10_8 } from '../support/eventstoredb/commits.ts';
import { InProcessServer } from '../support/eventstoredb/server.ts';
import { answer, argument, type CommitsAs, serving } from './children.ts';

const { commits } = argument<{ commits: CommitsAs }>();
const server = await InProcessServer.start();
if (commits === 'measured') server.appends.commits = new Commits(OF_23_10_8);
serving({ url: server.url }, () => server.close());
process.on('message', () => answer({ ...server.asked }));
