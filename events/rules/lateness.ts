/**
 * When an act came too late. A stated time explains and never repairs (D-47): an act that was recorded after its last day
 * is late, whatever is stated of it; where what is stated lies on the other side of that day, both are said.
 */
import type { Deviation } from '../envelope.ts';
import { type CivilDate, type Instant, shanghaiDate } from '../time.ts';

/** The days of one act: the same two days unless it was entered later than it took place. */
export interface ActDays {
  /** On which it is stated to have taken place. */
  readonly stated: CivilDate;
  readonly recorded: CivilDate;
}

/** `entered-late`: stated as done in time, recorded after the last day. */
export type Lateness = 'in-time' | 'late' | 'entered-late';

/** The days of an act by its envelope, or by the day that the fact itself tells. */
export function actDays(statedAt: Instant, recordedAt: Instant, told?: CivilDate): ActDays {
  return { stated: told ?? shanghaiDate(statedAt), recorded: shanghaiDate(recordedAt) };
}

/** The last day counts to 24:00. */
export function latenessOf(dueOn: CivilDate, { stated, recorded }: ActDays): Lateness {
  if (stated > dueOn) return 'late';
  return recorded > dueOn ? 'entered-late' : 'in-time';
}

/** Whether an act was recorded, or is stated, after its last day. */
export function isLate(dueOn: CivilDate, days: ActDays): boolean {
  return latenessOf(dueOn, days) !== 'in-time';
}

/** The breach of a deadline, both times with it where they lie on different sides; none without a deadline. */
export function lateDeviations(dueOn: CivilDate | undefined, days: ActDays, breach: Deviation): Deviation[] {
  if (dueOn === undefined || !isLate(dueOn, days)) return [];
  if (latenessOf(dueOn, days) === 'late') return [breach];
  const { stated, recorded } = days;
  return [
    {
      ...breach,
      zh: `${breach.zh}（所述发生日期为 ${stated}，录入于 ${recorded}，期限 ${dueOn} 在两者之间，仍按逾期记录）`,
      en: `${breach.en} (stated for ${stated}, recorded on ${recorded}: the last day, ${dueOn}, lies between, and it stays late)`,
    },
  ];
}
