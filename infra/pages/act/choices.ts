/**
 * Fields that can hold one of a few things which have no other name among people than what they are about: a planned visit, a
 * metric, a result. They are chosen by that, from what the reader may ask about anyway; nobody has to know an identifier.
 */
import { Problem } from '../../http/problem.ts';
import type { Asking } from '../page.ts';
import type { ChoicesByPlace, FieldChoice } from './choices/choice.ts';
import { choicesOfEnforcement } from './choices/enforcement.ts';
import { choicesOfEvaluation } from './choices/evaluation.ts';
import { choicesOfImplementation } from './choices/implementation.ts';
import { choicesOfRecognition } from './choices/recognition.ts';
import type { Field } from './fields.ts';
import type { Typed } from './typed.ts';

const CHOICES: ChoicesByPlace = {
  ...choicesOfImplementation,
  ...choicesOfEvaluation,
  ...choicesOfRecognition,
  ...choicesOfEnforcement,
};

const choicesFor = (command: string, place: string) => CHOICES[`${command}/${place}`] ?? CHOICES[place];

/** What can be chosen at each place of a form. A place that is left out is filled in by hand. */
export async function thingsToChoose(
  command: string,
  fields: readonly Field[],
  typed: Typed,
  { ask, reader }: Pick<Asking, 'ask' | 'reader'>,
): Promise<ReadonlyMap<string, readonly FieldChoice[]>> {
  const given = (field: string) => typed.get(field)?.trim() ?? '';
  const found = new Map<string, readonly FieldChoice[]>();
  for (const place of new Set(fields.flatMap(placesIn))) {
    const things = await permitted(choicesFor(command, place)?.({ ask, reader, given }));
    if (things) found.set(place, things);
  }
  return found;
}

/** The places of a field and of all that stands in it. */
function placesIn(field: Field): readonly string[] {
  switch (field.kind) {
    case 'group':
      return field.fields.flatMap(placesIn);
    case 'list':
      return [field.place, ...placesIn(field.element(0))];
    case 'either':
      return field.options.flatMap(({ fields }) => fields.flatMap(placesIn));
    default:
      return [field.place];
  }
}

/** Nothing where the reader may not ask, or where it is not said about what. */
async function permitted<T>(asking: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return undefined;
    throw error;
  }
}
