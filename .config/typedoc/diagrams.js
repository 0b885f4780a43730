// Runs in the pages that have diagrams: draws them, and draws them again when the theme changes.
/* global mermaid */
const diagrams = [...document.querySelectorAll('pre > code.mermaid')].map((code) => {
  const figure = document.createElement('figure')
  figure.className = 'diagram'
  code.parentElement.replaceWith(figure)
  return { figure, source: code.textContent }
})

const wantsDark = matchMedia('(prefers-color-scheme: dark)')

function isDark() {
  const { theme } = document.documentElement.dataset
  return theme === 'dark' || (theme !== 'light' && wantsDark.matches)
}

async function draw() {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: isDark() ? 'dark' : 'neutral',
    fontFamily: 'inherit',
    // Long words of an arrow are wrapped, so that five lanes fit into a column of text.
    sequence: {
      mirrorActors: false,
      useMaxWidth: false,
      wrap: true,
      width: 150,
      actorMargin: 50,
      messageFontSize: 14,
      noteFontSize: 14,
    },
    flowchart: { useMaxWidth: false, nodeSpacing: 24, rankSpacing: 28 },
  })
  for (const [index, { figure, source }] of diagrams.entries()) {
    const { svg } = await mermaid.render(`diagram-${index}`, source)
    figure.innerHTML = svg
  }
}

let drawn = draw()
const redraw = () => {
  drawn = drawn.then(draw)
}
wantsDark.addEventListener('change', redraw)
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ['data-theme'] })
