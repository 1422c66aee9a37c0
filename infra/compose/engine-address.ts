/**
 * The address of a server as it stands now: the file that holds it may come to hold another user or password while the
 * process runs. Another server would be another log or other rows, and takes a restart.
 */
import { readFile } from 'node:fs/promises';
import { withoutCredentials } from '../config.ts';
import type { Alarm } from '../observability/alarm.ts';

export interface Address {
  /** The whole URL, with user and password. */
  url(): string;
}

export interface AddressOptions {
  /** As it was at the start. */
  readonly url: string;
  /** Holds the URL; undefined where the environment does, which never changes. */
  readonly file: string | undefined;
  /** What the operator knows the file by. */
  readonly name: string;
  readonly alarm: Alarm;
  /** Milliseconds between two looks at the file; 5,000 unless told. */
  readonly everyMs?: number;
}

const LOOK_MS = 5_000;

export class WatchedAddress implements Address {
  readonly #options: AddressOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #listeners: (() => void)[] = [];
  #url: string;
  /** What the file said when it was last looked at, be it followed or not. */
  #seen: string;

  constructor(options: AddressOptions) {
    this.#options = options;
    this.#url = options.url;
    this.#seen = options.url;
    if (options.file !== undefined)
      this.#timer = setInterval(() => void this.#look(), options.everyMs ?? LOOK_MS).unref();
  }

  readonly url = (): string => this.#url;

  /** Called when user or password have become others: whoever has a connection makes a new one. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { file, name, alarm } = this.#options;
    // A file that is being replaced, or is not there for now, says nothing.
    const said = await readFile(file as string, 'utf8')
      .then(text => text.trim())
      .catch(() => '');
    if (said === '' || said === this.#seen) return;
    this.#seen = said;
    if (withoutCredentials(said) !== withoutCredentials(this.#url)) {
      const [from, to] = [withoutCredentials(this.#url), withoutCredentials(said)];
      alarm(`${name} 指向另一地址，重新启动后生效 (names another address, which takes a restart)`, { from, to });
      return;
    }
    this.#url = said;
    alarm(`${name} 的用户名或密码已更换，重新连接 (has another user or password: connecting anew)`, {});
    for (const listener of this.#listeners) listener();
  }
}
