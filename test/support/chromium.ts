/** Tests that need a browser run where Chromium is, and say loudly when they do not. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';
import './machine.ts';

/** Without the window that nobody looks at it takes half the time; where there is none, the whole browser does. */
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const CHROMIUM = PROGRAMS.find(path => existsSync(path));

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }), args: ['--no-sandbox'] });
}

/** Runs `suite` where there is a browser, or shows it as skipped. */
export function describeInChromium(name: string, suite: () => void): void {
  if (CHROMIUM !== undefined) {
    describe(name, suite);
    return;
  }
  console.warn(`SKIPPED: ${PROGRAMS.join(' or ')} is not there, its tests do not run`);
  describe.skip(`${name} (needs chromium)`, suite);
}
