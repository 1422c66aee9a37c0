/**
 * Time from outside (RFC 3161): a time-stamping authority signs that a checkpoint existed at an instant. What it answers is
 * checked to be of what was asked; who signed it, by which certificates, is for `openssl ts -verify` and whoever trusts them.
 */
import { hash, randomBytes } from 'node:crypto';
import { SignedData } from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { MessageImprint, PKIStatus, TimeStampReq, TimeStampResp, TSTInfo } from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { postOutside } from '../outbound.ts';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const NONCE_BYTES = 8;

/** The authority cannot be reached, refuses, or answers something else than was asked. */
export class NoTimestamp extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'NoTimestamp';
  }
}

/** Asks an authority. Throws {@link NoTimestamp}; what is resolved with is DER. */
export async function timestamped(address: string, text: string, signal?: AbortSignal): Promise<Uint8Array> {
  const nonce = newNonce();
  const query = { body: timestampRequest(text, nonce), contentType: 'application/timestamp-query', signal };
  const { status, body } = await postOutside(address, query).catch(error => {
    throw new NoTimestamp((error as Error).message, error);
  });
  if (status !== 200) throw new NoTimestamp(`status ${status}`);
  timestampedAt(body, text, nonce);
  return body;
}

/** A number that nobody can guess, as the content of a DER integer: positive and of least length. */
function newNonce(): Uint8Array {
  const bytes = randomBytes(NONCE_BYTES);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
}

const digestOf = (text: string) => Buffer.from(hash('sha256', text, 'hex'), 'hex');
/** The library takes and gives whole buffers. */
const bufferOf = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;

/** DER of a request for a time stamp over a text, with the certificate of who signs it. */
function timestampRequest(text: string, nonce: Uint8Array): Uint8Array {
  const messageImprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: SHA256, parameters: null }),
    hashedMessage: new OctetString(digestOf(text)),
  });
  return new Uint8Array(
    AsnConvert.serialize(new TimeStampReq({ messageImprint, nonce: bufferOf(nonce), certReq: true })),
  );
}

/** The instant that a response (DER) states for a text. Throws {@link NoTimestamp}. */
export function timestampedAt(response: Uint8Array, text: string, nonce: Uint8Array): Date {
  const { messageImprint, genTime, ...info } = infoOf(response);
  const isOfText =
    messageImprint.hashAlgorithm.algorithm === SHA256 &&
    Buffer.from(messageImprint.hashedMessage.buffer).equals(digestOf(text));
  if (!isOfText) throw new NoTimestamp('a time stamp of something else');
  if (!info.nonce || !Buffer.from(info.nonce).equals(nonce)) throw new NoTimestamp('an answer to another request');
  return genTime;
}

function infoOf(response: Uint8Array): TSTInfo {
  const { status, timeStampToken } = parsed(bufferOf(response), TimeStampResp);
  if (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods)
    throw new NoTimestamp(`refused: status ${status.status} ${status.statusString ?? ''}`.trim());
  if (timeStampToken?.contentType !== SIGNED_DATA) throw new NoTimestamp('no time stamp token');
  const { encapContentInfo } = parsed(timeStampToken.content, SignedData);
  const content = encapContentInfo.eContent?.single;
  if (encapContentInfo.eContentType !== TST_INFO || !content) throw new NoTimestamp('a token of something else');
  return parsed(content.buffer, TSTInfo);
}

function parsed<T>(bytes: ArrayBuffer, kind: new () => T): T {
  try {
    return AsnConvert.parse(bytes, kind);
  } catch (error) {
    throw new NoTimestamp('an answer that is no time stamp', error);
  }
}
