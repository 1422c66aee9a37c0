/** The three servers that are compared: ours, Express as documented, and `node:http` alone. */
import { APPLICATION, BARE, EXPRESS, type Running, startServer } from './children.ts';
import type { Lab } from './lab.ts';

export interface Servers {
  readonly application: Running;
  readonly express: Running;
  readonly bare: Running;
}

/** All three over the system of the demo year. */
export async function withServers(lab: Lab, task: (servers: Servers) => Promise<void>): Promise<void> {
  const { directory } = await lab.projectedHouse((await lab.year()).length);
  const log = `${directory}/requests.log`;
  const application = await startServer(APPLICATION, { directory }, log);
  const express = await startServer(EXPRESS, { directory }, log);
  const bare = await startServer(BARE, { directory }, log);
  await task({ application, express, bare });
  for (const server of [application, express, bare]) await server.stop();
}
