/** The documentation: the OpenAPI document, and a page that shows it with nothing loaded from elsewhere. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path.js';
import { z } from 'zod';
import { BASE, type Endpoint } from './endpoint.ts';
import { keptFor, type RequestContext, sendBytes } from './request-context.ts';

const DOCUMENT = `${BASE}/openapi.json`;
const ASSETS = getAbsoluteFSPath();

const PAGE = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>攻关台账 接口文档</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;
const START = `SwaggerUIBundle({ url: '${DOCUMENT}', dom_id: '#docs', deepLinking: true });\n`;

/** Scripts from here only; TLS, and with it HSTS, is the reverse proxy's. */
const secured = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
});

/** Swagger UI at `/docs` and the OpenAPI document beside it; nothing is loaded from elsewhere. */
export function docsEndpoints(document: () => Promise<Uint8Array>): readonly Endpoint[] {
  const open = { kind: 'builtin', method: 'GET', access: 'public' } as const;
  return [
    {
      ...open,
      path: DOCUMENT,
      name: 'ShowOpenApi',
      title: 'OpenAPI 文档',
      summary: 'This document.',
      operation: {
        responses: {
          200: {
            description: 'OpenAPI 3.1 文档 (OpenAPI 3.1)',
            content: { 'application/json': { schema: z.unknown() } },
          },
        },
      },
      handle: async context => sendBytes(context, 'application/json; charset=utf-8', await document(), keptFor(300)),
    },
    page('/docs', 'ShowDocs', ['接口文档', 'text/html'], context => context.res.type('html').send(PAGE)),
    page('/docs/start.js', 'ShowDocsStart', ['接口文档脚本', 'text/javascript'], context =>
      context.res.type('js').send(START),
    ),
    page('/docs/swagger-ui.css', 'ShowDocsStyle', ['接口文档样式', 'text/css'], sendAsset('swagger-ui.css')),
    page(
      '/docs/swagger-ui-bundle.js',
      'ShowDocsScript',
      ['接口文档程序', 'text/javascript'],
      sendAsset('swagger-ui-bundle.js'),
    ),
  ];
}

function page(
  path: `/${string}`,
  name: string,
  [title, mediaType]: readonly [title: string, mediaType: string],
  answer: (context: RequestContext) => unknown,
): Endpoint {
  return {
    kind: 'builtin',
    method: 'GET',
    path,
    name,
    title,
    summary: 'Part of the documentation page.',
    access: 'public',
    operation: { responses: { 200: { description: title, content: { [mediaType]: { schema: z.string() } } } } },
    async handle(context) {
      await run(secured, context);
      await answer(context);
    },
  };
}

/** Kept in memory from the first time on: all answers share the one copy. */
function sendAsset(file: string) {
  let content: Buffer | undefined;
  return async ({ res }: RequestContext) => {
    content ??= await readFile(join(ASSETS, file));
    res.type(extname(file)).set('Cache-Control', 'public, max-age=3600').send(content);
  };
}

function run(middleware: RequestHandler, { req, res }: RequestContext): Promise<void> {
  return new Promise((resolve, reject) => {
    middleware(req, res, error => (error ? reject(error) : resolve()));
  });
}
