/**
 * The same year, without a line of its own, on the production engines: all together once, since each of them passes the contract
 * of its port, and the year runs on SQLite too, where it is asked before each command whether it is offered.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { opener } from './programme-year/open.ts';
import { programmeYear } from './programme-year/suite.ts';
import { InProcessServer } from './support/eventstoredb/server.ts';
import { newDatabaseName, withDatabase } from './support/mongodb.ts';
import { dropNamespace } from './support/namespaces.ts';
import { describeWith } from './support/servers.ts';

describeWith('MONGODB_URL', mongodb =>
  describeWith('REDIS_URL', redis => {
    const servers = { MONGODB_URL: mongodb, REDIS_URL: redis };

    describe('an in-process gRPC server', () => {
      let server: InProcessServer;
      beforeAll(async () => {
        server = await InProcessServer.start();
      });
      afterAll(() => server.close());

      programmeYear(
        'EventStoreDB 客户端（进程内服务器）+ MongoDB + Redis',
        clock => open({ ...servers, EVENTSTOREDB_URL: server.url })(clock),
        'first',
      );
    });

    describeWith('EVENTSTOREDB_URL', eventStoreDb =>
      programmeYear(
        'EventStoreDB + MongoDB + Redis',
        clock => open({ ...servers, EVENTSTOREDB_URL: eventStoreDb })(clock),
        'first',
      ),
    );

    /** Under a namespace of its own, which goes when the year has ended. */
    function open(environment: NodeJS.ProcessEnv) {
      const namespace = newDatabaseName();
      const own = { ...servers, MONGODB_URL: withDatabase(mongodb, namespace) };
      return opener(
        { ...environment, ...own, GONGGUAN_NAMESPACE: namespace },
        { cleanUp: () => dropNamespace(own, namespace) },
      );
    }
  }),
);
