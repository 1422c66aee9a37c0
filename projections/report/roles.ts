/** Who held which role when an act was recorded, and what the third party was entrusted with (domain 1.2, art-05 （二）). */
import type { DomainEvent } from '../../events/catalogue.ts';
import { type EntrustmentEvent, entrustmentEventTypes } from '../../events/entrustment.ts';
import type { Actor } from '../../events/envelope.ts';
import { isOneOf } from '../../events/event-type.ts';
import { grantsAfter, type HeldGrants, holdsRole, isOfGrants, NO_GRANTS } from '../../events/rules/grants.ts';
import {
  clericalCommandOf,
  clericalTitle,
  covers,
  isInTerm,
  type Mandate,
  mandate,
} from '../../events/rules/mandate.ts';
import type { CivilDate } from '../../events/time.ts';

/** The roles of all accounts, as far as the log has been read. */
export class Roles {
  readonly #held = new Map<string, HeldGrants>();

  take(event: DomainEvent): void {
    if (!isOfGrants(event)) return;
    const { accountId } = event.data;
    this.#held.set(accountId, grantsAfter(this.#held.get(accountId) ?? NO_GRANTS, event));
  }

  /** Whether the actor held the role for the organisation on a day. The system holds its own. */
  held(actor: Actor, date: CivilDate): boolean {
    return actor.role === 'SYS' || holdsRole(this.#held.get(actor.accountId) ?? NO_GRANTS, actor, date);
  }
}

const isOfEntrustment: (event: DomainEvent) => event is EntrustmentEvent = isOneOf(entrustmentEventTypes);

/** All entrustments, as far as the log has been read. */
export class Mandates {
  readonly #mandates = new Map<string, Mandate>();

  take(event: DomainEvent): void {
    if (!isOfEntrustment(event)) return;
    const { entrustmentId } = event.data;
    this.#mandates.set(entrustmentId, mandate.evolve(this.#mandates.get(entrustmentId) ?? mandate.initial, event));
  }

  /** Why an act of a type lies outside an entrustment on a day, or undefined if it does not. */
  fault(entrustmentId: string | undefined, type: string, date: CivilDate): string | undefined {
    if (entrustmentId === undefined) return '未注明所依据的委托';
    const held = this.#mandates.get(entrustmentId);
    if (held?.from === undefined) return '没有相应的委托';
    if (!isInTerm(held, date)) return `不在委托期限（${held.from}至${held.lastDay}）内`;
    const command = clericalCommandOf(type);
    if (command === undefined) return '不属于可委托的事务性工作';
    return covers(held, command, date) ? undefined : `委托事项不含“${clericalTitle(command)}”`;
  }
}
