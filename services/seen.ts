/** What the sender of a command has seen of what it is about: it must be so still when the command is recorded (RFC 9110, 13.1.1). */
import type { Loaded } from './loading.ts';
import { NO_STREAM } from './ports.ts';
import type { Prospect } from './prospect.ts';
import { isRejection, type Rejection, refuseForm } from './rejection.ts';

/** That there is anything, or one of several states of it. */
export type SeenStates =
  | 'anything'
  | {
      /** Revisions of the stream. */
      readonly revisions: readonly number[];
      /** Whether the sender would still read what he has read; of what is on the log by now. */
      readonly isStillRead?: () => Promise<boolean>;
    };

/**
 * Why a command rests on what is no longer so. Throws {@link NotRecordedYet} while something is decided that nobody could
 * have read.
 */
export async function staleness(
  seen: SeenStates,
  { revision }: Pick<Loaded, 'revision'>,
  prospect: Pick<Prospect, 'mustBeRecorded'>,
): Promise<Rejection | undefined> {
  if (seen === 'anything') return revision === NO_STREAM ? notThereYet() : undefined;
  const { revisions, isStillRead } = seen;
  if (revisions.includes(revision)) return undefined;
  if (isStillRead) {
    prospect.mustBeRecorded();
    if (await isStillRead()) return undefined;
  }
  return staleRevision(revisions, revision);
}

/** Whoever may not act on a thing is told that, and not where it stands. */
export function staleUnlessRefused<D>(decision: D | Rejection, stale: Rejection): Rejection {
  const isNotHis = isRejection(decision) && (decision.kind === 'forbidden' || decision.kind === 'hidden');
  return isNotHis ? decision : stale;
}

function staleRevision(seen: readonly number[], actual: number): Rejection {
  if (seen.length === 0) {
    return refuseForm(
      'stale',
      'stale-revision',
      '内容已更新，请重新查看',
      'What you have read is no longer so: read it again',
    );
  }
  return refuseForm(
    'stale',
    'stale-revision',
    `内容已更新：您看到的是第 ${seen.join('、')} 版，当前为第 ${actual} 版`,
    `You saw revision ${seen.join(', ')}, the current one is ${actual}`,
  );
}

function notThereYet(): Rejection {
  return refuseForm('stale', 'nothing-there', '该事项尚不存在', 'There is nothing yet');
}
