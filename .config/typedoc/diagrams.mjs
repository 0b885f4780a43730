// Mermaid in the guides, drawn in the reader's browser by a copy that comes with the site: no CDN, and light or dark as the page is.
import { copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JSX, RendererEvent } from 'typedoc'

const require = createRequire(import.meta.url)
const script = 'diagrams.js'
const library = 'mermaid.js'

/** @param {import('typedoc').Application} application */
export function drawDiagrams(application) {
  const { renderer } = application
  renderer.hooks.on('body.end', ({ page, relativeURL }) => {
    if (!hasDiagram(page.model)) return JSX.createElement(JSX.Fragment, null)
    const scripts = [library, script].map((name) =>
      JSX.createElement('script', { defer: true, src: relativeURL(`assets/${name}`, true) }),
    )
    return JSX.createElement(JSX.Fragment, null, ...scripts)
  })
  renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    copyFileSync(require.resolve('@mermaid-js/tiny'), join(outputDirectory, 'assets', library))
    copyFileSync(fileURLToPath(new URL(script, import.meta.url)), join(outputDirectory, 'assets', script))
  })
}

/** Other pages do not load 2.5 MB for nothing. */
function hasDiagram(model) {
  return (model.content ?? model.readme ?? []).some(({ text }) => text.includes('```mermaid'))
}
