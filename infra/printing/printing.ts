/** The thread that prints: what it loads and computes keeps no request waiting. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Printable } from '../../projections/printable.ts';
import { printerAt } from './print.ts';
import type { Printed } from './print-apart.ts';

const port = parentPort as MessagePort;
const print = printerAt((workerData as { readonly address: string }).address);
const tell = (printed: Printed) => port.postMessage(printed);

port.on('message', (paper: Printable) => {
  print(paper).then(
    bytes => tell({ bytes }),
    error => tell({ fault: String(error) }),
  );
});
