import { createHash } from 'node:crypto'

/** What a page tells. */
export type CallbackPage =
  | { kind: 'logged-in'; place: string }
  | { kind: 'failed'; place: string; why?: string | undefined }
  /** A callback that is none of this login. */
  | { kind: 'no-answer'; place: string }
  /** A request for anything else. */
  | { kind: 'not-here'; place: string }

const style = `
:root {
  color-scheme: light dark;
  --ground: #faf9f7; --ink: #1f1b26; --quiet: #676170; --line: #e2dee6; --good: #6a2be0; --bad: #b3402a;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #15131a; --ink: #efecf4; --quiet: #a8a2b3; --line: #322d3b; --good: #b397ff; --bad: #f0937c; }
}
* { box-sizing: border-box; margin: 0; }
body {
  min-height: 100vh; min-height: 100svh; padding: 2rem 1.5rem; display: grid; place-items: center;
  background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { width: 100%; max-width: 27rem; padding-bottom: 6vh; }
svg { display: block; width: 3rem; height: 3rem; margin: 0 0 1.75rem -.125rem; fill: none; stroke-width: 1.5;
  stroke-linecap: round; stroke-linejoin: round; }
.good { stroke: var(--good); }
.bad { stroke: var(--bad); }
.none { stroke: var(--quiet); }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: -.015em; text-wrap: balance; }
p { margin-top: .875rem; color: var(--quiet); overflow-wrap: anywhere; text-wrap: pretty; }
.why { margin: 1.25rem 0 1.5rem; padding-left: 1rem; border-left: 2px solid var(--bad); color: var(--ink); font-size: 1rem; }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet);
  font-size: .875rem; overflow-wrap: anywhere; }
`

const circle = '<circle cx="12" cy="12" r="10"/>'
const marks = {
  good: `<svg class="good" viewBox="0 0 24 24" aria-hidden="true">${circle}<path d="m7.5 12.5 3 3 6-6.5"/></svg>`,
  bad: `<svg class="bad" viewBox="0 0 24 24" aria-hidden="true">${circle}<path d="M12 7v6M12 16.5v.01"/></svg>`,
  none: `<svg class="none" viewBox="0 0 24 24" aria-hidden="true">${circle}<path d="M8 12h8"/></svg>`,
}

/** Text and mark of each page. */
function contentOf(page: CallbackPage): {
  mark: keyof typeof marks
  title: string
  why?: string | undefined
  what: string
} {
  switch (page.kind) {
    case 'logged-in':
      return { mark: 'good', title: 'You are logged in', what: 'You may close this window.' }
    case 'failed':
      return {
        mark: 'bad',
        title: 'The login failed',
        why: page.why,
        what: 'You may close this window, and log in again from the program that began it.',
      }
    case 'no-answer':
      return {
        mark: 'none',
        title: 'Nothing was done here',
        what: 'This address does not answer the login that is under way. Finish that login in the window where it began, or begin again.',
      }
    case 'not-here':
      return {
        mark: 'none',
        title: 'There is nothing here',
        what: 'This address waits for the answer to a login, and for nothing else. You may close this window.',
      }
  }
}

/** Neither scripts nor anything from elsewhere; the page in no frame and no cache, and its address told to nobody. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** A page for whoever logs in, without scripts; what it tells is escaped. */
export function callbackPage(page: CallbackPage): { headers: Record<string, string>; body: string } {
  const { mark, title, why, what } = contentOf(page)
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Flyte</title>
<style>${style}</style>
</head>
<body>
<main>
${marks[mark]}
<h1>${title}</h1>
${why === undefined ? '' : `<p class="why">${escaped(why)}.</p>\n`}<p>${what}</p>
<footer>Flyte at ${escaped(page.place)}</footer>
</main>
</body>
</html>
`
  return {
    headers: { ...pageHeaders, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    body,
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
