/** How many events are asked for together: fewer after a late answer, more after quick ones. */

const FIRST = 128;
const MOST = 8_192;
/** What servers read together themselves: less is asked only of one that did not answer for so many. */
const SERVERS_OWN = 32;
/** Of the silence that is too long: an answer that took longer is late, one that took no longer is quick. */
const LATE = 1 / 2;
const QUICK = 1 / 16;

/** No server is too slow to be read by it, if only it answers for one event in time. */
export class PartSize {
  #events = FIRST;

  /** How many of these to ask for now. */
  of(events: number): number {
    return Math.min(events, this.#events);
  }

  /** So many came, and `silence` was the longest meanwhile, as a share of the one that is too long. */
  answered(events: number, silence: number): void {
    if (silence > LATE) this.#events = Math.max(Math.min(this.#events, SERVERS_OWN), this.#events >> 1);
    else if (silence <= QUICK && events >= this.#events) this.#events = Math.min(MOST, this.#events * 2);
  }

  /** So many were asked for, and did not come in time. */
  failed(asked: number): void {
    this.#events = Math.max(1, Math.min(this.#events, asked) >> 2);
  }
}
