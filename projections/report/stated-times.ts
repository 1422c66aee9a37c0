/**
 * What is wrong with the time that is stated for an act (D-47), whatever software recorded it: done here and backdated,
 * stated for before what it rests on, and a deadline crossed between the two times without a deviation.
 */
import { accountEventTypes } from '../../events/account.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import { actDays, dueDay, latenessOf } from '../../events/rules/lateness.ts';
import { type PlanInForce, planEventTypes, planPutInForce } from '../../events/rules/plan.ts';
import {
  mayBeStated,
  NO_TIMES,
  type OrderFault,
  orderFault,
  type StreamTimes,
  timesAfter,
  toldDay,
} from '../../events/rules/stated-time.ts';
import { type Instant, shanghaiDate, shanghaiMinute } from '../../events/time.ts';
import { ROLE_WORDS } from '../../events/words.ts';
import { Roles } from './roles.ts';

/** Kinds that stand for what others rest on, wherever they are recorded. */
export const TIMES_REST_ON: ReadonlySet<string> = new Set([
  ...accountEventTypes.map(({ type }) => type),
  'programme.opened',
  ...planEventTypes.map(({ type }) => type),
]);

/** The times of all acts, as far as the log has been read. */
export class StatedTimes {
  readonly #streams = new Map<string, StreamTimes>();
  readonly #opened = new Map<number, Instant>();
  readonly #plans = new Map<number, PlanInForce>();
  readonly #registered = new Map<string, Instant>();
  readonly #roles = new Roles();

  /** Takes an event down, and says what is wrong with its time. */
  take(event: DomainEvent): readonly string[] {
    const flaws = this.#flawsOf(event);
    const { streamId } = event;
    this.#streams.set(streamId, timesAfter(this.#streams.get(streamId) ?? NO_TIMES, event));
    this.#roles.take(event);
    this.#remember(event);
    return flaws;
  }

  #remember(event: DomainEvent): void {
    const { effectiveAt } = event.meta;
    if (event.type === 'programme.opened') this.#opened.set(event.data.year, effectiveAt);
    if (event.type === 'work-plan.published' || event.type === 'work-plan.amended') {
      this.#plans.set(event.data.year, planPutInForce(event));
    }
    if (event.type === 'account.registered') this.#registered.set(event.data.accountId, effectiveAt);
  }

  #flawsOf(event: DomainEvent): string[] {
    const { effectiveAt, recordedAt } = event.meta;
    const order = orderFault(event, this.#streams.get(event.streamId) ?? NO_TIMES);
    return [
      ...(order ? [sayOrder(order)] : []),
      ...(effectiveAt < recordedAt ? this.#flawsOfStating(event) : []),
      ...this.#crossed(event),
    ];
  }

  #flawsOfStating(event: DomainEvent): string[] {
    const { effectiveAt, recordedAt, actor, about } = event.meta;
    const stated = shanghaiDate(effectiveAt);
    const doneHere = stated < shanghaiDate(recordedAt) && !mayBeStated(event.type);
    const opened = about.year === undefined ? undefined : this.#opened.get(about.year);
    const registered = this.#registered.get(actor.accountId);
    return [
      ...(doneHere ? ['该行为自办理之时起生效，不得补录为更早的时间'] : []),
      ...(opened !== undefined && effectiveAt < opened ? [`早于年度活动启动（${shanghaiMinute(opened)}）`] : []),
      ...(registered !== undefined && effectiveAt < registered ? ['早于账户登记'] : []),
      ...(this.#roles.held(actor, stated) ? [] : [`账户在所述发生之日不具有角色“${ROLE_WORDS[actor.role]}”`]),
    ];
  }

  /** A deadline between the stated and the recorded time is a deviation; where none is recorded, it was repaired. */
  #crossed(event: DomainEvent): string[] {
    const { about, effectiveAt, recordedAt, deviations = [] } = event.meta;
    if (about.year === undefined || deviations.length > 0) return [];
    const due = dueDay(event.type, about.year, this.#plans.get(about.year));
    if (due === undefined) return [];
    const days = actDays(effectiveAt, recordedAt, toldDay(event));
    if (latenessOf(due, days) !== 'entered-late') return [];
    return [`期限 ${due} 在所述发生日期 ${days.stated} 与录入日期 ${days.recorded} 之间，未记为偏离`];
  }
}

function sayOrder({ on, before, at }: OrderFault): string {
  const what = on === 'told-day' ? '载明的日期' : '发生时间';
  if (before === 'regulation') return `${what}早于办法印发之日（${shanghaiDate(at)}）`;
  return `${what}早于其所依据的${before}（${shanghaiMinute(at)}）`;
}
