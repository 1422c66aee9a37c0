/** A whole system on the data directory that its argument names, with one officer; tells its address and his token. */
import { registerFirstAccount } from '../../../infra/compose/bootstrap.ts';
import { readConfig } from '../../../infra/config.ts';
import { demoIdentityOf } from '../../../infra/demo/identity.ts';
import { startProcess } from '../../../infra/main.ts';

const OFFICER = { accountId: 'msr.office', name: '王建国', supervisor: false, identity: demoIdentityOf('msr.office') };
const PASSWORD = 'chaos in the house';

const [directory = ''] = process.argv.slice(2);
/** The clock of this system can be set back by an hour (SIGUSR2), and right again (SIGHUP). */
let backMs = 0;
process.on('SIGUSR2', () => {
  backMs = 3_600_000;
});
process.on('SIGHUP', () => {
  backMs = 0;
});
const clock = { now: () => new Date(Date.now() - backMs).toISOString() };

const config = readConfig({
  PORT: '0',
  LOG_LEVEL: 'error',
  GONGGUAN_SECOND_FACTOR: 'optional',
  GONGGUAN_DATA: directory,
});
const application = await startProcess(config, { clock });
const { system, identity, url } = application;
if ((await system.events.head()) === '0') await registerFirstAccount(system, identity, OFFICER, PASSWORD);
const response = await fetch(`${url}/api/v1/sessions`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ accountId: OFFICER.accountId, password: PASSWORD }),
});
const { token } = (await response.json()) as { token: string };
process.once('SIGTERM', () => void application.close().then(() => process.exit(0)));
console.log(JSON.stringify({ url, token }));
