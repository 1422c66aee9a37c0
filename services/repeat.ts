/** A command that finds recorded already what it asks for: done once more only when it says the same. */
import { canonicalJson, type Json } from '../events/canonical.ts';
import { type Rejection, refuseForm } from './rejection.ts';

/**
 * Nothing to record when what stands is what is said again. Other content is refused by name: an answer that it is done
 * would be taken for having recorded it.
 */
export function again<T>(standing: T, said: NoInfer<T>): readonly [] | Rejection {
  return sameContent(standing, said) ? [] : recordedOtherwise();
}

/** Whether two say the same, member by member; what is left out is the same as what is undefined. */
function sameContent(one: unknown, other: unknown): boolean {
  return canonicalJson([(one ?? null) as Json]) === canonicalJson([(other ?? null) as Json]);
}

function recordedOtherwise(): Rejection {
  return refuseForm(
    'conflict',
    'recorded-otherwise',
    '已有登记，内容与本次不同，不作更改；须以更正、撤销或者另行登记办理',
    'It is on record already, with other content, which stays as it is: correct it, revoke it or record it anew',
  );
}
