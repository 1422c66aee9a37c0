/** Works to compare: seeded, and as varied as language, with words of which common ones come again and again. */
import type { Chance } from '../../infra/demo/chance.ts';
import type { Work } from '../../services/application/sameness.ts';

/** Characters of a work, all of which count. */
export const CHARACTERS = 1_000;
const TITLE = 25;
const PROBLEM = 600;
const METHODS = 3;
const METHOD = 5;
const WORDS = 5_000;
/** The characters in common use are about so many. */
const [FIRST_CHARACTER, LAST_CHARACTER] = [0x4e00, 0x4e00 + 3_500];

export class Works {
  readonly #chance: Chance;
  readonly #words: readonly string[];

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#words = Array.from({ length: WORDS }, () => wordOf(chance));
  }

  next(): Work {
    return workOf(this.#text());
  }

  /** A work that is put together from others, a part of each. */
  stitched(works: readonly Work[]): Work {
    const part = Math.ceil(CHARACTERS / works.length);
    const texts = works.map(({ title, problem, methods, results }) => title + problem + methods.join('') + results);
    return workOf(texts.map((text, at) => text.slice(at * part, (at + 1) * part)).join(''));
  }

  #text(): string {
    let text = '';
    while (text.length < CHARACTERS) text += this.#word();
    return text;
  }

  /** One word in a hundred makes a tenth of the text, as the square root has it. */
  #word(): string {
    return this.#words[Math.floor(WORDS * this.#chance.next() ** 2)] as string;
  }
}

function wordOf(chance: Chance): string {
  const characters = Array.from({ length: chance.between(2, 4) }, () =>
    chance.between(FIRST_CHARACTER, LAST_CHARACTER),
  );
  return String.fromCharCode(...characters);
}

function workOf(text: string): Work {
  let from = 0;
  const take = (length: number) => {
    from += length;
    return text.slice(from - length, from);
  };
  return {
    title: take(TITLE),
    problem: take(PROBLEM),
    methods: Array.from({ length: METHODS }, () => take(METHOD)),
    results: take(CHARACTERS - from),
  };
}
