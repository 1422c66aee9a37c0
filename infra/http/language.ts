/** The language of a text for people: Chinese unless English is preferred. */
import type { IncomingMessage } from 'node:http';

export type Language = 'zh' | 'en';

export interface BilingualText {
  readonly zh: string;
  readonly en: string;
}

/** Chinese unless `Accept-Language` gives English the higher weight. */
export function languageOf(req: IncomingMessage): Language {
  const header = req.headers['accept-language'];
  if (!header) return 'zh';
  return weightOf(header, 'en') > weightOf(header, 'zh') ? 'en' : 'zh';
}

/** The highest weight a header gives to any variety of a language. */
function weightOf(header: string, language: Language): number {
  const weights = header
    .slice(0, 500)
    .toLowerCase()
    .split(',')
    .map(part => part.trim().split(';'))
    .filter(([tag = '']) => tag === language || tag.startsWith(`${language}-`))
    .map(([, quality = 'q=1']) => Number(quality.trim().replace('q=', '')) || 0);
  return Math.max(0, ...weights);
}
