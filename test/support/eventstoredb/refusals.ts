/** What a server answers instead of serving. */
import * as grpc from '@grpc/grpc-js';

/** How a call is answered instead: `hang` is not at all. */
export type Refusal =
  | 'unavailable'
  | 'not-ready'
  | 'access-denied'
  | 'unknown'
  | 'cannot-read'
  | 'ended'
  | 'cancelled'
  | 'reset'
  | 'invalid'
  | 'exhausted'
  | 'hang';

/** The error that a call ends with. */
export type Fault = Partial<grpc.StatusObject>;

/** A refusal by its name, or a fault that no name is told of. */
export type Refused = Refusal | { readonly fault: Fault };

export function faultOf(refused: Exclude<Refused, 'hang'>): Fault {
  return typeof refused === 'string' ? refusalOf(refused) : refused.fault;
}

export function refusalOf(refusal: Exclude<Refusal, 'hang'> | 'not-authenticated'): Fault {
  const metadata = new grpc.Metadata();
  if (refusal === 'access-denied') metadata.set('exception', 'access-denied');
  const code = {
    unavailable: grpc.status.UNAVAILABLE,
    'not-ready': grpc.status.UNAVAILABLE,
    'access-denied': grpc.status.PERMISSION_DENIED,
    unknown: grpc.status.UNKNOWN,
    'cannot-read': grpc.status.UNKNOWN,
    // What the client makes of a call that ends well without an answer, as writes do in an election before 24.10.3.
    ended: grpc.status.UNIMPLEMENTED,
    cancelled: grpc.status.CANCELLED,
    reset: grpc.status.UNKNOWN,
    invalid: grpc.status.INVALID_ARGUMENT,
    exhausted: grpc.status.RESOURCE_EXHAUSTED,
    'not-authenticated': grpc.status.UNAUTHENTICATED,
  }[refusal];
  // Of a file that cannot be read, servers before 24.2 say just what they say of an invalid position.
  const details =
    {
      'cannot-read': 'Unexpected FilteredReadAllResult: Error',
      ended: 'No message received',
      'not-ready': 'Server Is Not Ready',
      cancelled: 'Request canceled by server',
      exhausted: 'Received message exceeds the maximum configured message size.',
      reset: 'Received RST_STREAM with code 0 (Call ended without gRPC status)',
    }[refusal as string] ?? `planted: ${refusal}`;
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

export function appendTooLarge(maxBytes: number): Fault {
  const metadata = new grpc.Metadata();
  metadata.set('exception', 'maximum-append-size-exceeded');
  metadata.set('maximum-append-size', String(maxBytes));
  const details = `Maximum Append Size of ${maxBytes} Exceeded.`;
  return Object.assign(new Error(details), { code: grpc.status.INVALID_ARGUMENT, details, metadata });
}

export function commitTimeout(): Fault {
  const details = 'Operation timed out: Commit phase timeout';
  return Object.assign(new Error(details), { code: grpc.status.ABORTED, details, metadata: new grpc.Metadata() });
}
