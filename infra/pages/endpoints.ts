/** All that people open in a browser: the pages, signing in and out, and the style sheet. */
import type { Endpoint } from '../http/endpoint.ts';
import { type PagePorts, pageEndpoint } from './endpoint.ts';
import type { DeclaredPage } from './page.ts';
import { refusePage } from './refusal.tsx';
import { type SignInPorts, signInPages } from './sign-in.tsx';
import { styleText } from './style.ts';

export function pageEndpoints(pages: readonly DeclaredPage[], ports: PagePorts & SignInPorts): readonly Endpoint[] {
  return [...pages.map(page => pageEndpoint(page, ports)), ...signInPages(ports), style];
}

/** Its address names its content: it may be kept for good. */
const style: Endpoint = {
  kind: 'page',
  method: 'GET',
  path: '/style.css',
  name: 'ShowStyle',
  title: '样式',
  summary: 'The style sheet of the pages.',
  access: 'public',
  unidentified: true,
  beforeSecondFactor: true,
  operation: { responses: {} },
  refuse: refusePage,
  handle({ res }) {
    res.writeHead(200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    });
    res.end(styleText());
  },
};
