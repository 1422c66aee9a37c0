/**
 * A whole system on the data directory that its argument names. On a new one it records every kind of event there is, with
 * one person in each personal value, and a second person of whom less is on record. Its parent talks to it over a channel.
 */
import { accountRegistered, accountStream } from '../../../events/account.ts';
import type { Actor } from '../../../events/envelope.ts';
import type { DecidedEvent } from '../../../events/event-type.ts';
import { type AccountId, streamId } from '../../../events/ids.ts';
import { erasureConfirmed, erasureIdSchema, erasureOrdered, erasureStream } from '../../../events/privacy.ts';
import { readConfig } from '../../../infra/config.ts';
import { startProcess } from '../../../infra/main.ts';
import { control, factNames } from '../../support/controls.ts';
import { MSR, recorded } from '../../support/given.ts';
import { givePassword } from '../../support/passwords.ts';
import { NAMED_ONCE, PASSWORD, SUP_ACCOUNT, THOROUGHLY_NAMED, type Told, UNIT } from '../house.ts';

const [directory = ''] = process.argv.slice(2);
const application = await startProcess(
  readConfig({
    GONGGUAN_DATA: directory,
    PORT: '0',
    LOG_LEVEL: 'trace',
    GONGGUAN_SECOND_FACTOR: 'optional',
  }),
);
const { system, url } = application;
const { vault, events, keyStore } = system;
const subject = vault.subjectOf(UNIT, THOROUGHLY_NAMED);
const other = vault.subjectOf(UNIT, NAMED_ONCE);
let count = 0;

async function append(stream: string, draft: DecidedEvent, actor: Actor = MSR): Promise<void> {
  const revision = (await events.readStream(streamId(stream), -1)).at(-1)?.revision ?? -1;
  count += 1;
  const { id, type, schemaVersion, data, meta } = recorded({ draft, actor }, count);
  await events.append(streamId(stream), revision, [{ id, type, schemaVersion, data, meta }]);
}

/** With one person wherever the value names somebody. */
async function naming(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(naming));
  if (typeof value !== 'object' || value === null) return value;
  if ('sealed' in value && 'subject' in value) return vault.seal(subject, THOROUGHLY_NAMED);
  const entries = Object.entries(value).map(async ([key, part]) => [key, await naming(part)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function register(account: string, role: 'MSR' | 'SUP', orgId: string): Promise<void> {
  const accountId = account as AccountId;
  const name = await vault.seal(`account-${accountId}`, '某某');
  const grant = { role, orgId, orgName: '某机构', from: '2024-01-01' } as const;
  await append(accountStream(accountId), accountRegistered.of({ accountId, name, grant }));
  await givePassword(keyStore, accountId, PASSWORD);
}

async function furnish(): Promise<void> {
  for (const name of factNames) {
    const draft = control(name);
    await append(`past-${name.replaceAll('.', '-')}`, { ...draft, data: await naming(draft.data) } as DecidedEvent);
  }
  const person = await vault.seal(other, NAMED_ONCE);
  await append('past-once', control('incentive.granted', { person }));
  await register(MSR.accountId, 'MSR', 'msr');
  await register(SUP_ACCOUNT, 'SUP', 'sup');
}

/** What an officer orders and the supervising body confirms. */
async function confirmErasure(): Promise<void> {
  const erasureId = erasureIdSchema.parse('thorough');
  const name = await vault.seal(subject, THOROUGHLY_NAMED);
  const order = {
    orgId: UNIT,
    askedBy: '本人',
    reason: '已离职',
    legalGround: '《个人信息保护法》第四十七条',
  } as const;
  await append(erasureStream(erasureId), erasureOrdered.of({ erasureId, subject, name, ...order }));
  await append(erasureStream(erasureId), erasureConfirmed.of({ erasureId, subject }));
}

if ((await events.head()) === '0') await furnish();
if (!(await system.projector.reached(await events.head(), 60_000))) throw new Error('the read models do not catch up');

const hex = async (of: string) => Buffer.from((await keyStore.key(of)) ?? []).toString('hex');
const told: Told = { url, keys: { thorough: await hex(subject), once: await hex(other) } };
process.on('message', async asked => {
  if (asked === 'erase') await confirmErasure();
  if (asked === 'close') await application.close().then(() => process.exit(0));
});
process.send?.(told);
