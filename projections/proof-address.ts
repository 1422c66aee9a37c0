/** Where the proof of an event stands, with the checkpoint that covers it, as soon as that is signed (infra/http/ledger.ts). */
export function proofAddress(eventId: string): string {
  return `/api/v1/ledger/proofs?event=${eventId}`;
}
