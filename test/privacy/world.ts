/** A write path over a log and a vault on disk: people who are named on it, and officers who want them erased. */
import { accountStream } from '../../events/account.ts';
import type { About, Actor, RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { type AccountId, START, streamId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { erasures } from '../../projections/privacy/erasures.ts';
import { type Accepted, SYSTEM } from '../../services/handle.ts';
import { confirmErasure, erasePersonalData, recordErasure } from '../../services/privacy/commands.ts';
import { control, type FactName } from '../support/controls.ts';
import { readerOf } from '../support/fold.ts';
import { MSR } from '../support/given.ts';
import { newFact } from '../support/log.ts';
import { WritePath } from '../support/write-path.ts';

export const USCC = '91350100M000100Y43';
export const SUP: Actor = { accountId: 'sup.li' as AccountId, orgId: 'sup', role: 'SUP' };
export const ORDER = { askedBy: '本人', reason: '已离职', legalGround: '《个人信息保护法》第四十七条' } as const;
export const WANG = { orgId: USCC, name: '王芳' };

export class World extends WritePath {
  #appended = 0;

  /** With an officer of the authority and one of the supervising body. */
  static async open(): Promise<World> {
    const world = await new World('2025-01-10T02:00:00.000Z').restart();
    for (const actor of [MSR, SUP]) await world.account(actor);
    return world;
  }

  /** Whether the vault keeps a key for somebody. */
  async keeps(subject: string): Promise<boolean> {
    return (await this.keyStore.key(subject)) !== undefined;
  }

  /** A fact of the samples, changed, on a stream of its own unless one is named. */
  async happened(
    name: FactName,
    change: object = {},
    { about = {}, stream = `past-${this.#appended + 1}` }: { about?: About; stream?: string } = {},
  ): Promise<void> {
    this.#appended += 1;
    await this.#append(stream, control(name, change), about);
  }

  async #append(stream: string, draft: DecidedEvent, about: About): Promise<void> {
    const fact = newFact(`past-${this.#appended}`, draft);
    const { length } = await this.store.readStream(streamId(stream), -1);
    await this.store.append(streamId(stream), length - 1, [{ ...fact, meta: { ...fact.meta, about } }]);
  }

  async account({ accountId, orgId, role }: Actor, name = '某人'): Promise<void> {
    const grant = { role, orgId, orgName: '某机构', from: '2024-01-01' };
    const sealed = await this.vault.seal(`account-${accountId}`, name);
    const stream = accountStream(accountId);
    await this.happened('account.registered', { accountId, name: sealed, grant }, { stream });
  }

  async roleEnded({ accountId, orgId, role }: Actor, lastDay = '2024-12-31'): Promise<void> {
    const stream = accountStream(accountId);
    await this.happened('account.role-revoked', { accountId, orgId, role, lastDay }, { stream });
  }

  /** A unit names somebody in a project. */
  async named(person = WANG, about: About = { year: 2024, projectId: '2024-7k3m9qwz' }): Promise<Sealed> {
    const sealed = await this.vault.seal(this.vault.subjectOf(person.orgId, person.name), person.name);
    await this.happened('incentive.granted', { person: sealed }, { about });
    return sealed;
  }

  async yearClosed(year = 2024): Promise<void> {
    await this.happened('programme.closed', { year });
  }

  /** Orders an erasure; gives its id. */
  async ordered(person: object = WANG, by = MSR): Promise<string> {
    const { streamId: stream } = await this.accepted(erasePersonalData, { person, ...ORDER }, by);
    return stream.slice('erasure-'.length);
  }

  confirmed(erasureId: string, by = SUP): Promise<Accepted> {
    return this.accepted(confirmErasure, { erasureId }, by);
  }

  /** The whole of it, as the worker ends it. */
  async erased(person: object = WANG): Promise<void> {
    const erasureId = await this.ordered(person);
    await this.confirmed(erasureId);
    await this.accepted(recordErasure, { erasureId }, SYSTEM);
  }

  log(): Promise<readonly RecordedEvent[]> {
    return this.store.readAll(START, 10_000);
  }

  async facts(): Promise<readonly RecordedEvent[]> {
    return (await this.log()).filter(({ type }) => type.startsWith('personal-data.'));
  }

  /** The register of erasures, at the head of the log. */
  async reader() {
    return readerOf([erasures], { events: await this.log() });
  }
}
