import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountRegistered, accountStream } from '../../events/account.ts';
import { projectStream, titleReleased, titleReserved, titleStream } from '../../events/application.ts';
import { bodiesStream } from '../../events/body.ts';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { projectIdSchema, type StreamId } from '../../events/ids.ts';
import { programmeStream } from '../../events/programme.ts';
import { unitStream } from '../../events/unit.ts';
import { reserveTitle, titleKeyOf } from '../../services/application/title.ts';
import * as unit from '../../services/application/unit.ts';
import type { AnyCommand } from '../../services/command.ts';
import type { Accepted } from '../../services/handle.ts';
import { derivedId, eventId } from '../../services/identifiers.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { decide, factsOf, NOW, recorded, refusalOf } from '../support/given.ts';
import { WritePath } from '../support/write-path.ts';
import {
  APPLICANT,
  bodyFacts,
  content,
  OTHER_APPLICANT,
  PROJECT_ID,
  programmeFacts,
  SEALED_NAME,
  startInput,
  submitted,
  TITLE,
  USCC,
  unitFacts,
  YEAR,
} from './sample.ts';

const SYSTEM: Actor = { accountId: 'system' as Actor['accountId'], orgId: 'system', role: 'SYS' };
const OTHER_PROJECT = projectIdSchema.parse(`${YEAR}-other`);
const key = titleKeyOf({ uscc: USCC, year: YEAR, title: TITLE });

describe('第十条 one live application per unit, title and year', () => {
  const input = { projectId: PROJECT_ID, uscc: USCC, year: YEAR, title: TITLE };
  const reserved = (projectId: typeof PROJECT_ID) => titleReserved.of({ projectId, titleKey: key, at: NOW });
  const reserve = (past: DecidedEvent[], holder?: unknown) =>
    decide(reserveTitle, { past, input, actor: SYSTEM, known: { holder } });

  it('spelling variants share one key; another unit, year or title does not', () => {
    const same = { uscc: USCC, year: YEAR, title: ' 降低“电动自行车”电池组 焊接不良率。' };
    expect(titleKeyOf(same)).toBe(key);
    for (const change of [{ uscc: 'x' }, { year: YEAR + 1 }, { title: `${TITLE}二期` }]) {
      expect(titleKeyOf({ ...same, ...change })).not.toBe(key);
    }
  });

  it('a key on the log was made without decimal marks, and still is', () => {
    const keyOf = (title: string) => titleKeyOf({ uscc: USCC, year: YEAR, title });
    expect(keyOf('降低3.2米轴废品率')).toBe(keyOf('降低32米轴废品率'));
    expect(keyOf('降低3.2米轴废品率')).toBe('56035676128a373b0ac1bce471b75b66fab4bc7adcffcf8f8d5e8509b589fdb9');
  });

  it('given it is free or released, then it is reserved; given it is reserved for this project, nothing changes', () => {
    const released = titleReleased.of({ projectId: OTHER_PROJECT, titleKey: key, reason: '原项目申报已终结' });
    expect(factsOf(reserve([]))).toMatchObject([{ type: 'title.reserved', data: { projectId: PROJECT_ID } }]);
    expect(factsOf(reserve([reserved(OTHER_PROJECT), released]))).toMatchObject([{ type: 'title.reserved' }]);
    expect(factsOf(reserve([reserved(PROJECT_ID)]))).toEqual([]);
  });

  it('given a live project holds it, then it is refused and names the holder', () => {
    const holder = submitted().state();
    const refusal = refusalOf(reserve([reserved(OTHER_PROJECT)], holder));
    expect(refusal).toMatchObject({ code: 'title-taken', rule: { houseRule: 'title-reservation' } });
    expect(refusal.zh).toContain(OTHER_PROJECT);
    expect(refusalOf(reserve([reserved(OTHER_PROJECT)], undefined)).code).toBe('title-taken');
  });

  it.each(['withdrawn', 'rejected', 'not-recommended'])('given the holder is %s, then the title passes on', stage => {
    const holder = { ...submitted().state(), stage };
    expect(factsOf(reserve([reserved(OTHER_PROJECT)], holder))).toMatchObject([
      { type: 'title.released', data: { projectId: OTHER_PROJECT } },
      { type: 'title.reserved', data: { projectId: PROJECT_ID } },
    ]);
  });
});

describe('第十条 the reservation goes ahead of the submission on the write path', () => {
  let at: WritePath;
  let seeded = 0;

  beforeEach(async () => {
    at = await new WritePath(NOW).restart();
    await seed(programmeStream(YEAR), programmeFacts);
    await seed(bodiesStream, bodyFacts);
    await seed(unitStream(USCC), unitFacts);
    for (const actor of [APPLICANT, OTHER_APPLICANT]) await seed(accountStream(actor.accountId), [accountOf(actor)]);
  });

  afterEach(() => at[Symbol.asyncDispose]());

  function accountOf({ accountId, orgId }: Actor): DecidedEvent {
    const grant = { role: 'UNIT' as const, orgId, orgName: '天津某电池有限公司', from: '2024-01-01' };
    return accountRegistered.of({ accountId, name: SEALED_NAME, grant });
  }

  async function seed(stream: StreamId, facts: readonly DecidedEvent[]): Promise<void> {
    const events = facts.map(draft => {
      seeded += 1;
      const { type, schemaVersion, data, meta } = recorded(draft, seeded);
      return { id: eventId(`seed-${seeded}`, 0, NOW), type, schemaVersion, data, meta };
    });
    await at.store.append(stream, NO_STREAM, events);
  }

  const send = (command: AnyCommand, input: object, commandId: string, actor = APPLICANT) =>
    at.send(command, input, actor, commandId);

  async function blob(text: string): Promise<string> {
    return (await at.blobs.put(pdf(text), USCC)).sha256;
  }

  async function* pdf(text: string): AsyncIterable<Uint8Array> {
    yield Buffer.from(`%PDF-1.4\n${text}\n%%EOF`);
  }

  /** A project that only lacks its submission. */
  async function ready(name: string) {
    const projectId = projectIdSchema.parse(`${YEAR}-${derivedId(name)}`);
    const documents = { name: '材料.pdf', classification: 'internal' };
    expect(await send(unit.startApplication, startInput, name)).toMatchObject({ revision: 0 });
    for (const kind of ['可行性分析', '预期成效']) {
      const sha256 = await blob(`${name} ${kind}`);
      const attached = await send(unit.attachDocument, { projectId, kind, sha256, ...documents }, `${name}-${kind}`);
      expect(attached).not.toHaveProperty('rejected');
    }
    await send(unit.signUndertaking, { projectId, signatory: '李明', position: '总经理' }, `${name}-sign`);
    return projectId;
  }

  it('records the reservation as an act of the system, caused by the submission', async () => {
    const projectId = await ready('first');
    const outcome = (await send(unit.submitApplication, { projectId, content }, 'submit-1')) as Accepted;
    expect(outcome.events[0]).toMatchObject({
      type: 'application.submitted',
      meta: { planVersion: 1, about: { year: YEAR, projectId, uscc: USCC, bodyId: startInput.bodyId } },
    });
    const [reservation, ...more] = await at.store.readStream(titleStream(key), NO_STREAM);
    expect(more).toEqual([]);
    expect(reservation).toMatchObject({
      type: 'title.reserved',
      meta: { actor: { role: 'SYS' }, causationId: 'submit-1', correlationId: 'submit-1', commandId: 'submit-1/first' },
    });
  });

  it('the same submission again records nothing anywhere', async () => {
    const projectId = await ready('first');
    const once = await send(unit.submitApplication, { projectId, content }, 'submit-1');
    const head = await at.store.head();
    expect(await send(unit.submitApplication, { projectId, content }, 'submit-1')).toMatchObject({
      revision: (once as Accepted).revision,
      events: [],
    });
    expect(await at.store.head()).toBe(head);
  });

  it('given a live application of that title, then a second one is refused; after a withdrawal it takes the title over', async () => {
    const first = await ready('first');
    const second = await ready('second');
    await send(unit.submitApplication, { projectId: first, content }, 'submit-1');
    expect(await send(unit.submitApplication, { projectId: second, content }, 'submit-2')).toMatchObject({
      code: 'title-taken',
    });
    expect((await at.store.readStream(projectStream(second), NO_STREAM)).map(event => event.type)).not.toContain(
      'application.submitted',
    );
    await send(unit.withdrawApplication, { projectId: first, reason: '改报' }, 'withdraw-1');
    expect(await send(unit.submitApplication, { projectId: second, content }, 'submit-3')).not.toHaveProperty(
      'rejected',
    );
    expect((await at.store.readStream(titleStream(key), NO_STREAM)).map(event => event.type)).toEqual([
      'title.reserved',
      'title.released',
      'title.reserved',
    ]);
  });

  it('given two projects submit at the same time, then exactly one is accepted', async () => {
    const [first, second] = [await ready('first'), await ready('second')];
    const outcomes = await Promise.all(
      [first, second].map(projectId => send(unit.submitApplication, { projectId, content }, `submit-${projectId}`)),
    );
    expect(outcomes.filter(outcome => !outcome.rejected)).toHaveLength(1);
    expect(outcomes.find(outcome => outcome.rejected)).toMatchObject({ code: 'title-taken' });
  });

  it('given another unit sends the submission, then no reservation is made', async () => {
    const projectId = await ready('first');
    expect(await send(unit.submitApplication, { projectId, content }, 'submit-1', OTHER_APPLICANT)).toMatchObject({
      code: 'not-found',
    });
    expect(await at.store.readStream(titleStream(key), NO_STREAM)).toEqual([]);
  });

  it('nobody but the system may reserve a title', async () => {
    const input = { projectId: PROJECT_ID, uscc: USCC, year: YEAR, title: TITLE };
    expect(await send(reserveTitle, input, 'reserve-1')).toMatchObject({ kind: 'forbidden', code: 'role-not-allowed' });
  });
});
