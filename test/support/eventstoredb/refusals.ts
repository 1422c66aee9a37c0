/** What a server answers instead of serving. */
import * as grpc from '@grpc/grpc-js';

/** How a call is answered instead: `hang` is not at all. */
export type Refusal = 'unavailable' | 'access-denied' | 'unknown' | 'cannot-read' | 'ended' | 'hang';

/** The error that a call ends with. */
export type Fault = Partial<grpc.StatusObject>;

export function refusalOf(refusal: Exclude<Refusal, 'hang'> | 'not-authenticated'): Fault {
  const metadata = new grpc.Metadata();
  if (refusal === 'access-denied') metadata.set('exception', 'access-denied');
  const code = {
    unavailable: grpc.status.UNAVAILABLE,
    'access-denied': grpc.status.PERMISSION_DENIED,
    unknown: grpc.status.UNKNOWN,
    'cannot-read': grpc.status.UNKNOWN,
    // What the client makes of a call that ends well without an answer, as writes do in an election before 24.10.3.
    ended: grpc.status.UNIMPLEMENTED,
    'not-authenticated': grpc.status.UNAUTHENTICATED,
  }[refusal];
  // Of a file that cannot be read, servers before 24.2 say just what they say of an invalid position.
  const details =
    { 'cannot-read': 'Unexpected FilteredReadAllResult: Error', ended: 'No message received' }[refusal as string] ??
    `planted: ${refusal}`;
  return Object.assign(new Error(refusal), { code, details, metadata });
}

export function notLeader(leaderHost: string, leaderPort: number): Fault {
  const metadata = new grpc.Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', leaderHost);
  metadata.set('leader-endpoint-port', String(leaderPort));
  return Object.assign(new Error('not leader'), {
    code: grpc.status.NOT_FOUND,
    details: 'Leader info available',
    metadata,
  });
}
