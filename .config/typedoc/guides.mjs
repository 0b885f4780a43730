// The guides of docs/ in the site: named by their first heading, in the order of docs/README.md, and with links that lead to pages
// or to the repository.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Comment, RendererEvent } from 'typedoc'

const root = fileURLToPath(new URL('../..', import.meta.url))
const repository = 'https://github.com/flyte-js/flyte-js/blob/main/'

/** @param {import('typedoc').Application} application */
export function addGuides(application) {
  application.on('reviveProject', (project) => {
    for (const guide of project.documents ?? []) {
      guide.frontmatter.group = pathOf(guide, project).startsWith('docs/decisions/') ? 'Decisions' : 'Guides'
    }
    const modules = project.children ?? []
    for (const { readme = [] } of modules) withoutHeading(readme)
    for (const parts of proseOf(project)) {
      linkToRepository(parts, project)
      sayLanguage(parts)
    }
  })
  // Their pages have the names of their files; from then on they are called by their headings.
  application.renderer.on(
    RendererEvent.BEGIN,
    ({ project }) => {
      for (const guide of project.documents ?? []) guide.name = headingOf(guide.content) ?? guide.name
    },
    100,
  )
  // After TypeDoc has grouped and sorted them.
  const afterGrouping = -200
  application.on('reviveProject', (project) => inOrder(project), afterGrouping)
}

/** All Markdown that is no comment. */
function proseOf(project) {
  const readmes = [project, ...(project.children ?? [])].map(({ readme = [] }) => readme)
  return [...readmes, ...(project.documents ?? []).map(({ content }) => content)]
}

/** A fence without a language is no TypeScript, as TypeDoc would have it. */
function sayLanguage(parts) {
  for (const part of parts) if (part.kind === 'code') part.text = part.text.replace(/^```\n/, '```text\n')
}

/** The path of a guide below the repository's root. */
function pathOf(guide, project) {
  return relative(root, project.files.getReflectionPath(guide) ?? '')
}

function headingOf(content) {
  return /^# (.+)$/m.exec(Comment.combineDisplayParts(content))?.[1]?.replace(/[`*]/g, '')
}

/**
 * The page of a package is headed by its name already.
 *
 * @param {import('typedoc').CommentDisplayPart[]} parts
 */
function withoutHeading(parts) {
  const [first] = parts
  if (first?.kind === 'text') first.text = first.text.replace(/^\s*# .*\n/, '')
}

/** A file that has no page of its own is looked at in the repository, not copied. */
function linkToRepository(parts, project) {
  for (const part of parts) {
    if (part.kind !== 'relative-link' || part.target === undefined) continue
    const target = project.files.resolve(part.target, project)
    // Pictures are part of the page: TypeDoc takes them along.
    if (typeof target !== 'string' || target.endsWith('.png')) continue
    part.text = repository + relative(root, target) + (part.targetAnchor ? `#${part.targetAnchor}` : '')
    part.target = undefined
  }
}

function inOrder(project) {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8')
  const placeOf = (guide) => {
    const place = index.indexOf(`](${relative('docs', pathOf(guide, project))})`)
    return place === -1 && !pathOf(guide, project).endsWith('README.md') ? index.length : place
  }
  for (const { title, children } of project.groups ?? []) {
    if (title === 'Guides' || title === 'Decisions') children.sort((one, other) => placeOf(one) - placeOf(other))
  }
}
