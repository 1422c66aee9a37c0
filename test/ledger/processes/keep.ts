/**
 * A process of the kill test: appends to the log of a directory and keeps its ledger, until it is killed. Prints the size
 * of the ledger each time it has grown.
 */
import { writeSync } from 'node:fs';
import { openSystem } from '../../../infra/compose/system.ts';
import { newEvent, stream } from '../../support/log.ts';

const [directory = ''] = process.argv.slice(2);
const system = await openSystem(
  { dataDirectory: directory, engines: {}, namespace: 'test' },
  { alarm: (message, details) => console.error(message, details), keepingLedger: 'thread' },
);
system.ledgerKeeper?.onGrown(({ size }) => writeSync(1, `${size}\n`));
system.ledgerKeeper?.start();
const name = stream('a');
for (let revision = (await system.events.readStream(name, -1)).length - 1; ; revision += 1)
  await system.events.append(name, revision, [newEvent(`command-${revision}`, { kind: '会议', detail: '部署' })]);
