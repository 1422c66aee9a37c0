/** The thread that prints: what it loads and computes keeps no request waiting. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { printerAt, printLong } from './print.ts';
import type { Printed, ToPrint } from './print-apart.ts';

const port = parentPort as MessagePort;
const print = printerAt((workerData as { readonly address: string }).address);
const tell = (printed: Printed) => port.postMessage(printed);

port.on('message', (asked: ToPrint) => {
  const printing = 'paper' in asked ? print(asked.paper) : printLong(asked.longPaper);
  printing.then(
    bytes => tell({ bytes }),
    error => tell({ fault: String(error) }),
  );
});
