/** What fields and codes are called where a thing is shown in whatever shape it has. */
import { ROLE_WORDS } from '../../../events/words.ts';

export interface WordsUsed {
  /** The name of a field, by the names of those around it and its own. */
  field(place: readonly string[]): string;
  /** The word of a value, where it is a code. */
  code(place: readonly string[], value: string): string;
}

/** Words of the fields of events. */
export const WORDING: WordsUsed = {
  field: place => place.at(-1) ?? '',
  code: (place, value) => (place.at(-1) === 'role' ? (ROLE_WORDS[value as keyof typeof ROLE_WORDS] ?? value) : value),
};
