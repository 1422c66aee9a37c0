/** What a file is, by its content alone; a name or a declared type proves nothing. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileTypeFromBuffer, fileTypeFromFile } from 'file-type';
import { BlobRefused } from '../../services/ports.ts';
import type { ReceivedUpload } from './receive.ts';

const PDF = 'application/pdf';
const TEXT = 'text/plain';

/**
 * Documents, sheets, slides, images and archives that applicants and bodies exchange, nothing that runs; each with the
 * endings that its files have, the first where another is asked for.
 */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  [PDF]: ['.pdf'],
  [TEXT]: ['.txt', '.csv', '.md'],
  'application/rtf': ['.rtf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['.docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['.xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['.pptx'],
  'application/vnd.oasis.opendocument.text': ['.odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['.ods'],
  'application/vnd.oasis.opendocument.presentation': ['.odp'],
  // These share one container, so that none is more likely than another.
  'application/x-cfb': ['', '.doc', '.xls', '.ppt', '.wps', '.et', '.dps'],
  'application/zip': ['.zip'],
  'image/png': ['.png'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/gif': ['.gif'],
  'image/webp': ['.webp'],
  'image/tiff': ['.tif', '.tiff'],
  'image/bmp': ['.bmp'],
};

/** What a stored file can be. */
export const MEDIA_TYPES: readonly string[] = Object.keys(ACCEPTED);

/** The endings that files of these types have, for those who choose one. */
export const FILE_ENDINGS: readonly string[] = Object.values(ACCEPTED).flatMap(endings => endings.filter(Boolean));

/** A name under which a file can be saved: with an ending of its type. */
export function fileName(name: string, mediaType: string): string {
  const endings = ACCEPTED[mediaType] ?? [''];
  return endings.includes(extname(name).toLowerCase()) ? name : `${name}${endings[0]}`;
}

/** What is looked at of a file. */
interface Content {
  /** The first and the last bytes, {@link ENDS} at most. */
  readonly head: Buffer;
  readonly tail: Buffer;
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** The type that its first bytes say, by those who know the formats. */
  detected(): Promise<string | undefined>;
}

/** ISO 32000: readers look for the header in the first 1,024 bytes, and for the end of the file in the last. */
const ENDS = 1_024;

async function contentOf({ path, size, whole }: ReceivedUpload): Promise<Content> {
  if (whole) {
    return {
      head: whole.subarray(0, ENDS),
      tail: whole.subarray(-ENDS),
      chunks: () => [whole],
      detected: async () => (await fileTypeFromBuffer(whole))?.mime,
    };
  }
  const file = await open(path);
  try {
    return {
      head: await read(file, 0, ENDS),
      tail: await read(file, size - ENDS, ENDS),
      chunks: () => createReadStream(path),
      detected: async () => (await fileTypeFromFile(path))?.mime,
    };
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Throws {@link BlobRefused} for files of other types, and for text that is not UTF-8. */
export async function detectMediaType(upload: ReceivedUpload): Promise<string> {
  const content = await contentOf(upload);
  if (isPdf(content)) return PDF;
  const isText = await isTextIn('utf-8', content);
  const detected = await content.detected();
  if (isText) return textType(detected, content);
  if (await isOtherText(content)) throw new BlobRefused('text-encoding', 'the content is text, and not UTF-8');
  if (detected === undefined || !(detected in ACCEPTED) || !isConfirmed(detected, content)) throw notAccepted();
  return detected;
}

const notAccepted = () => new BlobRefused('unsupported-type', 'the content is of no accepted type');

/** Formats that are text and more; what else begins like another format, by its first two or three letters, is text. */
const FORMATS_OF_TEXT: readonly string[] = [
  'application/rtf',
  'application/xml',
  'application/postscript',
  'application/eps',
];

function textType(detected: string | undefined, content: Content): string {
  if (detected === undefined || !FORMATS_OF_TEXT.includes(detected) || !isConfirmed(detected, content)) return TEXT;
  if (detected in ACCEPTED) return detected;
  throw notAccepted();
}

function isPdf({ head, tail }: Content): boolean {
  const header = head.indexOf('%PDF-');
  return header === 0 || (header > 0 && tail.includes('%%EOF'));
}

const BITMAP_HEADERS: readonly number[] = [12, 16, 40, 52, 56, 64, 108, 124];

/** Where two or three letters are all that a format is known by, more of its head is looked at. */
function isConfirmed(mediaType: string, { head }: Content): boolean {
  if (mediaType === 'application/postscript') return head.toString('latin1').startsWith('%!PS');
  if (mediaType === 'image/gif') return /^GIF8[79]a/.test(head.toString('latin1'));
  if (mediaType !== 'image/bmp') return true;
  return head.length >= 18 && head.readUInt32LE(6) === 0 && BITMAP_HEADERS.includes(head.readUInt32LE(14));
}

const BYTE_ORDER_MARKS = { 'utf-16le': 'fffe', 'utf-16be': 'feff' } as const;

/** Text as Chinese programs write it besides UTF-8. */
async function isOtherText(content: Content): Promise<boolean> {
  const mark = content.head.toString('hex', 0, 2);
  for (const [encoding, bytes] of Object.entries(BYTE_ORDER_MARKS)) {
    if (mark === bytes) return isTextIn(encoding, content);
  }
  return isTextIn('gb18030', content);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary content from text
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000e-\u001f]/;

async function isTextIn(encoding: string, content: Content): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of content.chunks()) {
      if (CONTROL_CHARACTERS.test(decoder.decode(chunk, { stream: true }))) return false;
    }
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
