/**
 * A question that many ask at the same time: one is under way at most, and whoever asks meanwhile shares the next, which
 * begins after he asked; so its answer is no older than his question.
 */
export class SharedQuestion<T> {
  readonly #question: () => Promise<T>;
  #underWay: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(question: () => Promise<T>) {
    this.#question = question;
  }

  ask(): Promise<T> {
    this.#next ??= this.#askAfter(this.#underWay);
    return this.#next;
  }

  async #askAfter(underWay: Promise<T> | undefined): Promise<T> {
    await underWay?.catch(() => undefined);
    this.#underWay = this.#next;
    this.#next = undefined;
    return this.#question();
  }
}
