/** What a Redis must do when its memory is full. */

/** The only policy under which Redis never throws a waiting job away to make room. */
export const REQUIRED_POLICY = 'noeviction';

/** Redis may evict jobs; the process refuses to start on it. */
export class WrongEvictionPolicy extends Error {
  readonly policy: string;
  constructor(policy: string) {
    super(
      `Redis 的 maxmemory-policy 是 ${policy}，内存不足时会丢弃任务；请改为 ${REQUIRED_POLICY} 后再启动。` +
        ` The maxmemory-policy of Redis is ${policy}, under which it drops jobs when memory runs short: set it to ${REQUIRED_POLICY}.`,
    );
    this.name = 'WrongEvictionPolicy';
    this.policy = policy;
  }
}
