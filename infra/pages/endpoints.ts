/** All that people open in a browser: the pages, signing in and out, one's own account, the style sheet and the script. */
import type { CommandRoute } from '../../services/route.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { PrintLong } from '../printing/prints-kept.ts';
import { type ActPorts, actPages } from './act/endpoint.ts';
import { takesGzip } from './answer.ts';
import { type Asset, asset } from './assets.ts';
import { type PagePorts, pageEndpoint } from './endpoint.ts';
import { ownAccountPages } from './me/index.ts';
import type { OwnPagePorts } from './own-page.ts';
import type { DeclaredPage } from './page.ts';
import { refusePage } from './refusal.tsx';
import { signInPages } from './sign-in.tsx';
import { providerPages } from './sign-in-provider.tsx';
import { packPrintEndpoint } from './supervision/pack-print.tsx';

export function pageEndpoints(
  pages: readonly DeclaredPage[],
  ports: PagePorts &
    OwnPagePorts &
    ActPorts & { readonly commands: readonly CommandRoute[]; readonly printLong: PrintLong },
): readonly Endpoint[] {
  return [
    ...pages.map(page => pageEndpoint(page, ports)),
    packPrintEndpoint(ports),
    ...actPages(ports.commands, ports),
    ...signInPages(ports),
    ...providerPages(ports),
    ...ownAccountPages(ports),
    ...assets,
  ];
}

const assets = [
  assetEndpoint('style.css', 'ShowStyle', '样式', 'The style sheet of the pages.'),
  assetEndpoint('enhance.js', 'ShowScript', '脚本', 'The script of the pages, which all of them work without.'),
];

/** Its address names its content: it may be kept for good. */
function assetEndpoint(file: Asset['name'], name: string, title: string, summary: string): Endpoint {
  return {
    kind: 'page',
    method: 'GET',
    path: `/${file}`,
    name,
    title,
    summary,
    access: 'public',
    unidentified: true,
    beforeSecondFactor: true,
    operation: { responses: {} },
    refuse: refusePage,
    handle({ req, res }) {
      const { mediaType, bytes, gzipped } = asset(file);
      const isGzipped = takesGzip(req);
      const body = isGzipped ? gzipped : bytes;
      res.writeHead(200, {
        'Content-Type': mediaType,
        'Cache-Control': 'public, max-age=31536000, immutable',
        'X-Content-Type-Options': 'nosniff',
        Vary: 'Accept-Encoding',
        'Content-Length': body.length,
        ...(isGzipped && { 'Content-Encoding': 'gzip' }),
      });
      res.end(body);
    },
  };
}
