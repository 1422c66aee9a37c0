/** The style sheet, read once; its address changes with its content, so that it may be kept for good. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

let read: { readonly text: string; readonly address: string } | undefined;

function sheet() {
  if (!read) {
    const text = readFileSync(fileURLToPath(new URL('style.css', import.meta.url)), 'utf8');
    read = { text, address: `/style.css?v=${hash('sha256', text).slice(0, 12)}` };
  }
  return read;
}

export const styleText = (): string => sheet().text;
export const styleAddress = (): string => sheet().address;
