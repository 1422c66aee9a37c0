/** Whether a file that is open is still the one that its name leads to. */
import { type BigIntStats, statSync } from 'node:fs';
import { StoreUnavailable } from '../services/ports.ts';

/** Seconds; only an operator ends it. */
const RETRY_AFTER = 60;

/** The file was deleted or replaced while it was open: what is written to it would be lost with the process. */
export class FileReplaced extends StoreUnavailable {
  constructor(path: string) {
    super(`${path} 已被删除或替换，须停止服务并恢复文件 (was deleted or replaced: stop the service and restore it)`, {
      reason: 'replaced',
      retryAfter: RETRY_AFTER,
    });
    this.name = 'FileReplaced';
  }
}

/** A database file with its write-ahead log, as they were when they were opened. */
export class OwnFile {
  readonly #path: string;
  readonly #opened: ReadonlyMap<string, BigIntStats | undefined>;

  constructor(path: string) {
    this.#path = path;
    this.#opened = new Map([path, `${path}-wal`].map(name => [name, statOf(name)]));
  }

  /** Throws {@link FileReplaced}. Takes microseconds: ask before each acknowledgement. */
  check(): void {
    for (const [name, opened] of this.#opened) {
      if (!opened) continue;
      const now = statOf(name);
      if (now?.ino !== opened.ino || now.dev !== opened.dev) throw new FileReplaced(this.#path);
    }
  }
}

function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
