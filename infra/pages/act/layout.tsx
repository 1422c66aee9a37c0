/**
 * How the form of one command is laid out by hand: in the order and groups in which people think of it, with what they need to
 * see beside it. The way of a form, its errors, its check page and its sending are those of every other.
 */
import type { ComponentChildren, VNode } from 'preact';
import { type ArticleId, articleLabel } from '../../../events/statute.ts';
import { Problem } from '../../http/problem.ts';
import type { Asking } from '../page.ts';
import { formEntries } from './address.ts';
import type { Filling } from './controls.tsx';
import type { Field } from './fields.ts';
import type { Typed } from './typed.ts';

/** What the hand that lays a form out has to lay out. */
export interface FormParts<D> {
  /** What was asked for the form; undefined where there is none, or the reader may not ask it. */
  readonly data: D | undefined;
  readonly filling: Filling;
  /** The field of a name. Throws where no field is called so. */
  fieldOf(at: string): Field;
  /**
   * The control of a field, with help beside that of its word; nothing where the page that led here has given the field.
   */
  ask(at: string, help?: string): VNode | null;
}

interface LayoutDefinition<D> {
  /** Name of the command. */
  readonly command: string;
  /** What the form shows beside its fields, asked as its reader. */
  load?(typed: Typed, asking: Asking): Promise<D | undefined>;
  /** What the things are called that stand in fields, by the names of the fields. */
  names?(data: D, typed: Typed): Iterable<readonly [at: string, name: string]>;
  /** What the form begins with where nothing is known yet: values by the names of the fields, groups and lists nested. */
  begin?(data: D): Readonly<Record<string, unknown>> | undefined;
  /** Every field of the command that the page which leads here does not give. */
  view(parts: FormParts<D>): VNode;
  /** What stands beside the fields. */
  beside?(data: D, typed: Typed): ComponentChildren;
  /** What follows from the answers, said where they are checked. */
  check?(data: D, typed: Typed): ComponentChildren;
}

export interface FormLayout extends Omit<LayoutDefinition<never>, 'load' | 'view'> {
  load?(typed: Typed, asking: Asking): Promise<unknown>;
  view(parts: FormParts<never>): VNode;
}

/** Declares a layout: fixes the type of what it asks. */
export function formLayout<D>(definition: LayoutDefinition<D>): FormLayout {
  return definition as unknown as FormLayout;
}

/** What a layout asked for one form. */
export interface LaidOut {
  readonly layout: FormLayout;
  readonly data: unknown;
}

/** Asks what the layout wants to show. What this reader may not be told is not shown; the form is there all the same. */
export async function laidOut(layout: FormLayout, typed: Typed, asking: Asking): Promise<LaidOut> {
  try {
    return { layout, data: await layout.load?.(typed, asking) };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return { layout, data: undefined };
    throw error;
  }
}

/** What the things are called that stand in the fields of a form. */
export function namesIn({ layout, data }: LaidOut, typed: Typed): readonly (readonly [at: string, name: string])[] {
  return data === undefined ? [] : [...(layout.names?.(data as never, typed) ?? [])];
}

/** Puts into a form what its layout has it begin with, where the page that led here has given nothing. */
export function beginWith({ layout, data }: LaidOut, typed: Typed): void {
  const known = data === undefined ? undefined : layout.begin?.(data as never);
  const given = new Set([...typed.keys()].map(name => name.split(/[/:]/)[0]));
  for (const [at, value] of formEntries(known ?? {})) if (!given.has(at.split('/')[0])) typed.set(at, value);
}

/** The field of a name, e.g. `content/participants`, `scores/0/points`. Throws where there is none. */
export function fieldAt(fields: readonly Field[], at: string): Field {
  const field = fields.find(each => each.at === at || at.startsWith(`${each.at}/`));
  if (!field) throw new Error(`no field is called ${at}`);
  if (field.at === at) return field;
  if (field.kind === 'group') return fieldAt(field.fields, at);
  if (field.kind === 'either') {
    const members = field.options.flatMap(option => option.fields);
    return fieldAt(members, at);
  }
  if (field.kind !== 'list') throw new Error(`${field.at} holds no ${at}`);
  const [row = ''] = at.slice(field.at.length + 1).split('/');
  return fieldAt([field.element(Number(row))], at);
}

/** Fields that belong together, and what the regulation says of them. */
export function FormSection({
  title,
  article,
  says,
  children,
}: {
  readonly title: string;
  readonly article?: ArticleId;
  readonly says?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <fieldset class="part">
      <legend>{title}</legend>
      {says !== undefined && (
        <p class="says">
          {says}
          {article && (
            <>
              （<a href={`/statute/${article}`}>{articleLabel(article)}</a>）
            </>
          )}
        </p>
      )}
      {children}
    </fieldset>
  );
}
