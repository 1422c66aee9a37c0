/** The draft of a form: which form it is of, what of it is kept, and how the form is filled in from it. */
import type { Draft, KeptDraft } from '../../drafts/drafts.ts';
import { actAddress } from './address.ts';
import { OWN } from './own.ts';
import type { Typed } from './typed.ts';

/** Fields that the page gave which led to the form. */
export const fixedIn = (typed: Typed): ReadonlySet<string> =>
  new Set((typed.get(OWN.fixed) ?? '').split(' ').filter(Boolean));

/** Where the form stands, by what names the thing it is about: of each thing there is one draft. */
export function draftAddress(command: string, naming: readonly string[], typed: Typed): string {
  const fixed = fixedIn(typed);
  return actAddress(
    command,
    Object.fromEntries(naming.filter(name => fixed.has(name)).map(name => [name, typed.get(name)])),
  );
}

/** Not typed, and not good for longer than the form that carried it. */
const NOT_KEPT: ReadonlySet<string> = new Set([OWN.key, OWN.seen, OWN.fixed, OWN.doing, OWN.about]);

export function draftOf(command: string, address: string, typed: Typed): Draft {
  const kept = [...typed].filter(([name]) => !NOT_KEPT.has(name));
  return { command, address, about: typed.get(OWN.about) ?? '', typed: kept.map(([name, value]) => [name, value]) };
}

/** Fills a form in as it was left; what the page gives that leads here now counts more than what it gave then. */
export function fillInFrom(typed: Typed, { typed: left }: KeptDraft): void {
  const fixed = fixedIn(typed);
  for (const name of [...typed.keys()])
    if (!fixed.has(name) && !name.startsWith('_') && name !== OWN.onward) typed.delete(name);
  for (const [name, value] of left) if (!typed.has(name)) typed.set(name, value);
}
