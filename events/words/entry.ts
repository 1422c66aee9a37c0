/** How a word is written down: Chinese alone where the English name is the field's own, spelt out. */

/** Chinese; Chinese and English; or both and a hint in Chinese for those who fill it in, e.g. a unit or an example. */
export type WordEntry = string | readonly [zh: string, en: string] | readonly [zh: string, en: string, hint: string];

/** By the name of a field; `parent.name` where it stands in another; `Owner|Other/name` where it means another thing. */
export type WordTable = Readonly<Record<string, WordEntry>>;

/** By the place of a field, then by value. */
export type CodeTable = Readonly<Record<string, Readonly<Record<string, WordEntry>>>>;
