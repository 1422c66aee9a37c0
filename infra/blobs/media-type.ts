/** What a file is, by its content alone; a name or a declared type proves nothing. */
import { createReadStream } from 'node:fs';
import { fileTypeFromFile } from 'file-type';

/** Documents, sheets, slides, images and archives that applicants and bodies exchange; nothing that runs. */
const ACCEPTED: ReadonlySet<string> = new Set([
  'application/pdf',
  'application/rtf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.presentation',
  // doc, xls, ppt and wps share one container.
  'application/x-cfb',
  'application/zip',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/tiff',
  'image/bmp',
]);

/** The media type, or undefined when files of this kind are not accepted. */
export async function detectMediaType(path: string): Promise<string | undefined> {
  const detected = await fileTypeFromFile(path);
  if (detected) return ACCEPTED.has(detected.mime) ? detected.mime : undefined;
  return (await isPlainText(path)) ? 'text/plain' : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary content from text
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000e-\u001f]/;

async function isPlainText(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) {
      if (CONTROL_CHARACTERS.test(decoder.decode(chunk, { stream: true }))) return false;
    }
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
