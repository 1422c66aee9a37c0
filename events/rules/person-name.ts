/** Names of natural persons as they are compared: written one way or another, they are one name. */

/** The dots that people put between the parts of a name; GB/T 15834 has the first. */
const MIDDLE_DOTS = /[\u00B7\u2022\u2027\u2219\u22C5\u30FB\uFF0E\uFF65\u16EB]/gu;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** `张 伟` is set with a space to be as wide as three characters. */
const BETWEEN_HAN = /(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu;
const AROUND_DOTS = /\s*·\s*/gu;

/**
 * One spelling for all that differ in width, in the middle dot, in what cannot be seen or in spaces only. A name that is
 * written as the standard has it is its own.
 */
export function levelledName(name: string): string {
  return name
    .replaceAll(MIDDLE_DOTS, '·')
    .normalize('NFKC')
    .replaceAll(INVISIBLE, '')
    .replaceAll(AROUND_DOTS, '·')
    .replaceAll(BETWEEN_HAN, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
