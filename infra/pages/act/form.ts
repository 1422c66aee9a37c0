/** The form of one command as a reader finds it: its fields, what is known of what they name, and what stands in its way. */
import type { ZodType } from 'zod';
import { fieldsNaming } from '../../../services/offers.ts';
import type { CommandRoute } from '../../../services/route.ts';
import type { KeptDraft } from '../../drafts/drafts.ts';
import type { ToldOffer } from '../../http/offers.ts';
import type { Problem } from '../../http/problem.ts';
import type { Asking } from '../page.ts';
import { fillInFrom, fixedIn } from './draft.ts';
import { type Field, fieldsOf, laterFields } from './fields.ts';
import { beginWith, type LaidOut, laidOut, namesIn } from './layout.tsx';
import { layouts } from './layouts.ts';
import { madeIdFor } from './made-ids.ts';
import { OWN } from './own.ts';
import { refsOf } from './refs.ts';
import { isOfFile } from './stored.ts';
import { inputOf, settleKnown, type Typed } from './typed.ts';
import type { Act } from './views.tsx';

export interface CommandForm {
  readonly route: CommandRoute;
  readonly fields: readonly Field[];
  /** Of an act that may be entered later. */
  readonly later: readonly Field[];
  readonly keepsDrafts: boolean;
}

export function commandForm(route: CommandRoute, { keepsDrafts }: Pick<CommandForm, 'keepsDrafts'>): CommandForm {
  const { input, enteredLater } = route.command;
  return { route, fields: fieldsOf(input), later: enteredLater ? laterFields : [], keepsDrafts };
}

/** What the list says that somebody has just seen, and nobody types: its digest, its version, where the log stood. */
const isCarried = (field: Field) =>
  (field.kind === 'digest' && !isOfFile(field)) || ['position', 'version', 'batch', 'notice'].includes(field.at);

/** What the page gave that led here, and names what the act is about, stays as it is; so does the id of what it makes. */
export function keepGiven({ route, fields }: CommandForm, typed: Typed): void {
  const carried = fields.filter(isCarried).map(({ at }) => at);
  const given = new Set([...fieldsNaming(route), ...carried]);
  for (const { at } of fields) {
    const made = madeIdFor(route.command.name, at);
    if (made === undefined) continue;
    given.add(at);
    if (!typed.has(at)) typed.set(at, made);
  }
  typed.set(OWN.fixed, [...given].filter(name => typed.has(name)).join(' '));
}

/** Fills a form in that is opened: from the draft that was left at it, or with what its layout has it begin with. */
export async function begin(
  { route, fields }: CommandForm,
  typed: Typed,
  asking: Asking,
  draft?: KeptDraft,
): Promise<LaidOut | undefined> {
  if (draft) fillInFrom(typed, draft);
  const laid = await laidOutFor(route, typed, asking);
  if (laid && !draft) beginWith(laid, typed);
  settleKnown(fields, typed);
  return laid;
}

/** How a form is shown, beside what stands in it. */
export interface FormShown {
  readonly faults?: ReadonlyMap<string, string>;
  readonly problem?: Problem;
  readonly focus?: string | undefined;
  /** The field whose thing was looked for. */
  readonly sought?: string | undefined;
  /** What its layout has asked already. */
  readonly laid?: LaidOut | undefined;
  /** When the draft was saved that the form was filled in from. */
  readonly draftSavedAt?: string | undefined;
}

/** All that the views of a form show. */
export async function actOf(
  form: CommandForm,
  typed: Typed,
  asking: Asking,
  { faults = new Map(), problem, focus, sought, ...known }: FormShown,
): Promise<Act> {
  const { route, fields, later, keepsDrafts } = form;
  const { command } = route;
  const laid = known.laid ?? (await laidOutFor(route, typed, asking));
  const found = await refsOf({ command: command.name, fields }, typed, asking, sought);
  const refs = laid ? { ...found, names: new Map([...found.names, ...namesIn(laid, typed)]) } : found;
  const fixed = new Set([...fixedIn(typed)].filter(name => !faults.has(name)));
  typed.set(OWN.about, [...fixed].flatMap(name => refs.names.get(name) ?? []).join('，'));
  return {
    command: command.name,
    about: command,
    closed: problem ? undefined : await refusedNow(form, typed, asking),
    fields,
    later,
    typed,
    refs,
    fixed,
    faults,
    problem,
    focus,
    laid,
    keepsDrafts,
    draftSavedAt: known.draftSavedAt,
  };
}

async function laidOutFor({ command }: CommandRoute, typed: Typed, asking: Asking): Promise<LaidOut | undefined> {
  const layout = layouts.get(command.name);
  return layout && laidOut(layout, typed, asking);
}

/** The refusal that the command would get now, whatever else is typed; undefined where nothing is known to stand in the way. */
async function refusedNow(
  { route, fields }: CommandForm,
  typed: Typed,
  { offersOnEach }: Pick<Asking, 'offersOnEach'>,
): Promise<ToldOffer['why']> {
  const { command } = route;
  const { input } = inputOf(fields, typed);
  const named = fieldsNaming(route);
  const shape = command.input.shape as Readonly<Record<string, ZodType>>;
  if (!command.gate || !named.every(name => shape[name]?.safeParse(input[name]).success)) return undefined;
  const thing = Object.fromEntries(named.map(name => [name, input[name]]));
  const [[offer] = []] = await offersOnEach([thing], [command.name]);
  return offer?.why;
}
