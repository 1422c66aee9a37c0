/** Changes of what organisations and people are called and where they are: each of a day, with the document that shows it. */
import type { CivilDate } from '../events/time.ts';
import { type Rejection, refuseByHouse, refuseForm } from './rejection.ts';
import { again } from './repeat.ts';

export interface RecordedChange {
  /** First day on which it is so. */
  readonly changedOn: CivilDate;
  readonly document: string;
}

/** For what is so already: nothing when the last change is said again; what was never changed stands as it was registered. */
export function unchanged(
  last: RecordedChange | undefined,
  { changedOn, document }: RecordedChange,
): readonly [] | Rejection {
  if (last) return again({ changedOn: last.changedOn, document: last.document }, { changedOn, document });
  return refuseForm(
    'conflict',
    'nothing-changed',
    '与登记信息相同，没有变更事项',
    'That is what is registered: there is nothing to change',
  );
}

/** Changes are recorded in the order of their days, so that each day has one answer. */
export function changeOrderFault(
  last: RecordedChange | undefined,
  { changedOn }: RecordedChange,
): Rejection | undefined {
  if (!last || changedOn >= last.changedOn) return undefined;
  return refuseByHouse(
    'particulars',
    'change-before-the-last',
    `已记录 ${last.changedOn} 起的变更，其后的变更不得早于该日`,
    `A change of ${last.changedOn} is on record: later ones are not of an earlier day`,
  );
}
