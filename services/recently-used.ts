/** What was looked up lately, the least recently used given up first. */
import { LRUCache } from 'lru-cache';

export type RecentlyUsed<Key extends {}, Value extends {}> = LRUCache<Key, Value>;

/**
 * Remembers at most so many, each for `ttl` milliseconds where told. Takes the room of what it holds: a bound by number alone
 * (`max`) would take all its room, and milliseconds, wherever one is made.
 */
export function recentlyUsed<Key extends {}, Value extends {}>(most: number, ttl?: number): RecentlyUsed<Key, Value> {
  return new LRUCache<Key, Value>({ maxSize: most, sizeCalculation: () => 1, ...(ttl !== undefined && { ttl }) });
}
