/** Alarms of a witness reach people: by a web address and a program, again until they were taken. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/log.ts';
import { SignedLog } from './log.ts';
import { ServedWitness } from './served.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let receiver: Server;
let status: number;
let received: { origin: string; misconduct: string; message: string }[];

beforeEach(async () => {
  directory = temporaryDirectory();
  [status, received] = [204, []];
  receiver = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    received.push(JSON.parse(body));
    res.writeHead(status).end();
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise(resolve => receiver.close(resolve));
  directory[Symbol.dispose]();
});

const webhook = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alarm`;
const log = new SignedLog().grow(10);

async function forked(served: ServedWitness): Promise<void> {
  await served.submit(log.request(0));
  await served.submit(log.rewritten(4).request(10));
  await served.telling.tell();
}

describe('an alarm', () => {
  it('given a web address, when the log forks, then it is sent once, with what happened and of which log', async () => {
    await using served = await ServedWitness.open(directory.path, [log], { webhook: webhook() });
    await forked(served);
    await served.telling.tell();
    expect(received).toEqual([
      expect.objectContaining({ origin: log.origin, misconduct: 'fork', witness: 'witness.example.cn' }),
    ]);
    expect(received[0]?.message).toMatch(/^账本分叉/);
  });

  it('given the web address does not take it, then it is sent again, also after a restart', async () => {
    status = 500;
    {
      await using served = await ServedWitness.open(directory.path, [log], { webhook: webhook() });
      await forked(served);
      expect(served.lines.at(-1)?.message).toMatch(/^警报未能送达/);
    }
    const before = received.length;
    expect(before).toBeGreaterThan(0);
    status = 204;
    await using served = await ServedWitness.open(directory.path, [], { webhook: webhook() });
    await served.telling.tell();
    await served.telling.tell();
    expect(received).toHaveLength(before + 1);
  });

  it('given a program, then it is run with the alarm on its standard input; where it fails, again', async () => {
    const [program, output] = [join(directory.path, 'alarm.sh'), join(directory.path, 'alarm.txt')];
    writeFileSync(program, `#!/bin/sh\ncat >> ${output}\ntest -e ${output}.taken\n`);
    chmodSync(program, 0o700);
    await using served = await ServedWitness.open(directory.path, [log], { program });
    await forked(served);
    const lines = () => readFileSync(output, 'utf8').trim().split('\n');
    const before = lines().length;
    writeFileSync(`${output}.taken`, '');
    await served.telling.tell();
    await served.telling.tell();
    expect(lines()).toHaveLength(before + 1);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ misconduct: 'fork', size: 10 });
  });

  it('given a program that is not there, then the witness goes on answering', async () => {
    await using served = await ServedWitness.open(directory.path, [log], { program: join(directory.path, 'none') });
    await forked(served);
    expect((await served.submit(log.request(10))).status).toBe(200);
  });
});
